// Runs before the first paint, so that the page never flashes in the wrong colours.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem('perdure.theme');
  } catch {
    // Storage may be blocked; the system's choice stands.
  }
  const dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
