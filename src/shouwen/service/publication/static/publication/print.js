// Print the page for the notice board.
document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });
