// Charts read by pointer and arrow keys; the SQL page's shortcuts. Every page works without it.
"use strict";

for (const figure of document.querySelectorAll("figure.read")) {
  const tip = figure.querySelector(".tip");
  let lit = null;
  const light = (hit) => {
    if (lit) lit.classList.remove("on");
    lit = hit;
    tip.textContent = hit ? hit.dataset.tip : "";
    if (hit) hit.classList.add("on");
  };
  const listHits = () =>
    [...figure.querySelectorAll(".plot")]
      .filter((plot) => plot.offsetParent !== null)
      .flatMap((plot) => [...plot.querySelectorAll(".hit")]);
  const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
  for (const kind of ["pointermove", "pointerdown"]) {
    figure.addEventListener(kind, (event) => {
      if (event.target.classList.contains("hit")) light(event.target);
    });
  }
  // A finger leaves at once; what it touched stays lit until the next touch.
  figure.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && light(null));
  figure.addEventListener("blur", () => light(null));
  figure.addEventListener("keydown", (event) => {
    if (!(event.key in steps)) return;
    event.preventDefault();
    const hits = listHits();
    const from = lit ? hits.indexOf(lit) : event.key === "ArrowRight" ? -1 : hits.length;
    light(hits[Math.min(Math.max(from + steps[event.key], 0), hits.length - 1)]);
  });
}

const statement = document.getElementById("statement");
if (statement) {
  statement.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) statement.form.requestSubmit();
  });
  const write = (text) => {
    statement.setRangeText(text, statement.selectionStart, statement.selectionEnd, "end");
    statement.focus();
  };
  for (const name of document.querySelectorAll(".schema dt code")) {
    name.setAttribute("role", "button");
    name.tabIndex = 0;
    name.addEventListener("click", () => write(name.textContent));
    name.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      // Space would scroll the page, and Enter would be typed into the box that gets the focus.
      event.preventDefault();
      write(name.textContent);
    });
  }
  const filter = document.getElementById("schema-filter");
  filter.addEventListener("input", () => {
    const words = filter.value.trim().toLowerCase();
    for (const relation of document.querySelectorAll(".schema details")) {
      const own = relation.dataset.relation.includes(words);
      let found = own;
      for (const column of relation.querySelectorAll("[data-column]")) {
        const fits = own || column.dataset.column.includes(words);
        column.hidden = !fits;
        found = found || fits;
      }
      relation.hidden = !found;
      relation.open = Boolean(words) && found && !own;
    }
  });
}
