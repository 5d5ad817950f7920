// Ticks stay for the next visit, where the browser keeps anything for this page.
for (const box of document.querySelectorAll("input[type=checkbox]")) {
  const key = "ciconv:" + document.title + ":" + box.id;
  try { box.checked = localStorage.getItem(key) === "1"; } catch { break; }
  box.addEventListener("change", () => {
    try { localStorage.setItem(key, box.checked ? "1" : "0"); } catch { /* not kept */ }
  });
}
