// Light or dark: as the system says, until the user says otherwise.
const system = matchMedia("(prefers-color-scheme: dark)");

export function applyTheme() {
  document.documentElement.dataset.theme = localStorage.getItem("sandbox.theme") ?? (system.matches ? "dark" : "light");
}

export function switchTheme() {
  const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  localStorage.setItem("sandbox.theme", next);
  applyTheme();
}

system.addEventListener("change", applyTheme);
