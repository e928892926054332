/* A document that a browser draws a snapshot of: its pictures are pages of their own in frames, scaled to their places.
 *
 * jingwei.paper() -> {done, of, waits}: how many of its pictures are whole, of how many, and the address of the first
 * that is not. A picture that grows is as high as its page turns out to be.
 */
const frames = [...document.querySelectorAll("iframe")];
const SIDE = 16;
const FINE = 3;

function whole(frame) {
  try {
    return frame.contentWindow.jingwei?.whole?.() === true;
  } catch {
    return false; // The browser's own page for a server that does not answer.
  }
}

/** Its page without the shell, and the figure as high as the page. */
function grow(frame) {
  const { documentElement: root } = frame.contentDocument;
  root.classList.add("framed");
  const content = root.querySelector(".listing, .stage-alone");
  if (!content) return true;
  const high = Math.ceil(content.getBoundingClientRect().bottom + frame.contentWindow.scrollY) + SIDE;
  const figure = frame.closest("figure");
  if (figure.style.getPropertyValue("--high") === String(high)) return true;
  figure.style.setProperty("--high", String(high));
  return false;
}

/** As large as its figure is wide, whatever the page in it is laid out for. */
function scale() {
  for (const frame of frames) {
    const figure = frame.closest("figure");
    const wide = Number(figure.style.getPropertyValue("--wide"));
    figure.style.setProperty("--scale", String(frame.parentElement.clientWidth / wide));
  }
}

/** The watermark as dots, three to a pixel: as text, printing would set it anew many times on every page. */
async function flatten() {
  const place = document.querySelector(".mark");
  if (!place) return;
  const text = new Image();
  text.src = getComputedStyle(place).backgroundImage.slice('url("'.length, -'")'.length);
  await text.decode();
  const { naturalWidth: wide, naturalHeight: high } = text;
  const canvas = Object.assign(document.createElement("canvas"), { width: FINE * wide, height: FINE * high });
  canvas.getContext("2d").drawImage(text, 0, 0, canvas.width, canvas.height);
  place.style.background = `url("${canvas.toDataURL()}") 0 0 / ${wide}px ${high}px`;
}

/** Rows are laid out once, for paper, and not for a screen that nobody sees. */
addEventListener("beforeprint", () => document.body.classList.add("printed"));

const ready = (frame) => whole(frame) && (frame.dataset.fit !== "grow" || grow(frame));

await flatten();
(window.jingwei ??= {}).paper = () => {
  scale();
  const rest = frames.filter((frame) => !ready(frame));
  return { done: frames.length - rest.length, of: frames.length, waits: rest[0]?.getAttribute("src") ?? "" };
};
