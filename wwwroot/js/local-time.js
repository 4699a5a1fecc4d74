// Shows times in the browser's time zone, for people who have chosen none. Without scripts they are in UTC.
{
  const styles = { date: { dateStyle: "long" }, time: { dateStyle: "long", timeStyle: "short" } };
  for (const element of document.querySelectorAll("time[data-local]")) {
    const format = new Intl.DateTimeFormat(document.documentElement.lang, styles[element.dataset.local]);
    element.textContent = format.format(new Date(element.dateTime));
  }
}
