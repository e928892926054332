/* Forms in small windows of their own, and what they are made with: jingwei.boxes = {ask, fill, make}. */
(function () {
  const fill = (text, told) => text.replace(/\{(\w+)\}/g, (_, name) => told[name] ?? "");

  function make(tag, attributes = {}, ...parts) {
    const element = Object.assign(document.createElement(tag), attributes);
    element.append(...parts);
    return element;
  }

  /** A form; answers its values, or null where it was closed. `words` are those of its two buttons: go, cancel. */
  function ask(fields, words, note = "") {
    return new Promise((done) => {
      const box = make("dialog", { className: "desk-form" });
      const rows = fields.map(({ name, label, ...more }) => make("label", {}, label, make("input", { name, required: true, ...more })));
      const cancel = make("button", { type: "button", className: "button", textContent: words.cancel, onclick: () => box.close() });
      const form = make("form", { method: "dialog" }, ...(note ? [make("p", { textContent: note })] : []), ...rows);
      form.append(make("div", {}, make("button", { className: "button", textContent: words.go }), cancel));
      form.addEventListener("submit", () => (box.returnValue = "go"));
      box.addEventListener("close", () => {
        done(box.returnValue === "go" ? Object.fromEntries(new FormData(form)) : null);
        box.remove();
      });
      box.append(form);
      document.body.append(box);
      box.showModal();
    });
  }

  (window.jingwei ??= {}).boxes = { ask, fill, make };
})();
