// Runs before the first paint: applies the chosen theme, so that a dark page never flashes white.
try {
  const theme = localStorage.getItem('vedette-theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is switched off: the system's theme applies.
}
