/* A panel's picture within another page: renewed once a minute; where that fails the last one stays, with its age told. */
const told = JSON.parse(document.getElementById("embed").textContent);
const picture = document.querySelector("img");
const said = document.querySelector("p");
const [EVERY, SOON] = [60_000, 3_000];
let at = "";

function show(blob) {
  const old = picture.src;
  picture.src = URL.createObjectURL(blob);
  picture.hidden = false;
  if (old) URL.revokeObjectURL(old);
}

async function renew() {
  let again = SOON;
  try {
    const answer = await fetch(told.picture, { cache: "no-store" });
    if (answer.status === 200) {
      at = answer.headers.get("X-Jingwei-At");
      show(await answer.blob());
      [said.textContent, again] = ["", EVERY];
    } else if (answer.status !== 202) {
      said.textContent = (await answer.json()).error;
      again = EVERY;
    }
  } catch {
    said.textContent = at ? told.lost.replace("{at}", at) : told.first;
  }
  setTimeout(renew, again);
}

renew();
