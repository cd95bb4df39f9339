/** On a narrow screen the head of the page is one line: what else stands in it opens with the button "Menu". */

/** Begin with the menu shut. Without this script everything stays in sight. */
export function connectMenu() {
  const button = document.getElementById("menu");
  const menu = document.getElementById("bar-menu");
  if (!button || !menu) return;

  const show = (open) => {
    button.setAttribute("aria-expanded", String(open));
    menu.toggleAttribute("data-shut", !open);
  };

  show(false);
  button.hidden = false;
  button.addEventListener("click", () => show(button.getAttribute("aria-expanded") !== "true"));
  menu.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !button.checkVisibility()) return;
    show(false);
    button.focus();
  });
}
