// Adds a button that copies to each example. Without scripts, or without a secure connection, there is none.
{
  const { label, done } = document.currentScript.dataset;
  if (navigator.clipboard) {
    for (const text of document.querySelectorAll("pre")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "secondary copy";
      button.textContent = label;
      const copied = text.textContent;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(copied);
        button.textContent = done;
        setTimeout(() => { button.textContent = label; }, 2000);
      });
      text.before(button);
    }
  }
}
