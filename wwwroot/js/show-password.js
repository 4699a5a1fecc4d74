// Shows and hides a typed password. Without scripts the button stays hidden and the form still works.
{
  const label = document.currentScript.dataset.label;
  for (const button of document.querySelectorAll("button[data-shows]")) {
    const field = document.getElementById(button.dataset.shows);
    button.setAttribute("aria-label", label);
    button.hidden = false;
    const show = (shown) => {
      field.type = shown ? "text" : "password";
      button.setAttribute("aria-pressed", String(shown));
    };
    button.addEventListener("click", () => show(field.type === "password"));
    // Browsers save the values of plain text fields, so the field is a password field again when it is submitted.
    field.form.addEventListener("submit", () => show(false));
  }
}
