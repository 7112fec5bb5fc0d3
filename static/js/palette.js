// The search palette: '/' or the search button opens it, htmx fetches results while you type, arrows move, Enter opens.
// What you opened before is kept in this tab only.
const palette = document.getElementById("palette");
const MEMORY = "recent";
const KEPT = 5;

const recall = () => {
  try {
    return JSON.parse(sessionStorage.getItem(MEMORY)) ?? [];
  } catch {
    return [];
  }
};

function remember(link) {
  const entry = { href: link.getAttribute("href"), title: link.querySelector("span")?.firstChild?.textContent.trim() ?? link.textContent.trim(),
    note: link.querySelector("small")?.textContent ?? "", icon: link.querySelector("use")?.getAttribute("href") ?? "" };
  const kept = [entry, ...recall().filter((one) => one.href !== entry.href)].slice(0, KEPT);
  try {
    sessionStorage.setItem(MEMORY, JSON.stringify(kept));
  } catch { /* private windows may refuse storage: then nothing is remembered */ }
}

function draw({ href, title, note, icon }) {
  const item = document.createElement("li");
  const link = item.appendChild(document.createElement("a"));
  link.href = href;
  const svg = link.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "svg"));
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "use")).setAttribute("href", icon);
  const words = link.appendChild(document.createElement("span"));
  words.append(title);
  if (note) words.appendChild(document.createElement("small")).textContent = note;
  return item;
}

if (palette) {
  const field = palette.querySelector("input[type='search']");
  const results = palette.querySelector(".results");
  const idle = [...results.childNodes].map((node) => node.cloneNode(true));

  const rest = () => {
    results.replaceChildren(...idle.map((node) => node.cloneNode(true)));
    const list = results.querySelector("[data-recent]");
    const recent = recall();
    list.hidden = recent.length === 0;
    list.appendChild(document.createElement("ul")).append(...recent.map(draw));
  };
  let answered = "";  // the text that the results on show belong to
  const links = () => [...results.querySelectorAll("a[href]")];
  const chosen = () => results.querySelector("a[aria-current]");
  const choose = (link) => {
    chosen()?.removeAttribute("aria-current");
    field.removeAttribute("aria-activedescendant");
    if (!link) return;
    link.setAttribute("aria-current", "true");
    link.scrollIntoView({ block: "nearest" });
    link.id ||= `found-${links().indexOf(link)}`;
    field.setAttribute("aria-activedescendant", link.id);
  };

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens='palette']");
    if (!opener || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    rest();
    palette.showModal();
    field.select();
  });

  field.addEventListener("input", () => field.value.trim() || rest());
  palette.addEventListener("htmx:beforeRequest", (event) => field.value.trim() || event.preventDefault());
  // An answer that comes after the field was cleared is no longer asked for.
  palette.addEventListener("htmx:beforeSwap", (event) => { if (!field.value.trim()) event.detail.shouldSwap = false; });
  palette.addEventListener("htmx:afterSettle", (event) => {
    answered = event.detail.requestConfig.parameters.q ?? "";
    choose(links()[0]);
  });

  palette.addEventListener("keydown", (event) => {
    const all = links();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && all.length) {
      event.preventDefault();
      const at = all.indexOf(chosen());
      choose(all[at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length]);
    } else if (event.key === "Enter" && event.target === field && field.value.trim()) {
      event.preventDefault();
      // Pasted and Enter before the answer came: the search page opens the object of a single id by itself.
      if (answered !== field.value || !chosen()) field.form.submit();
      else if (event.metaKey || event.ctrlKey) open(chosen().href, "_blank", "noopener");
      else chosen().click();
    } else if (event.key === "Escape") {
      // A search field would only empty itself first.
      event.preventDefault();
      palette.close();
    }
  });

  results.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (link) remember(link);
  });
}
