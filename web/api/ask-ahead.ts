/** Asks for what the app will ask for first while that is still being loaded: its own call of the same address finds the answer. */
export function askAhead(path: string): void {
  const link = document.createElement('link');
  Object.assign(link, { rel: 'preload', as: 'fetch', crossOrigin: 'anonymous', href: path });
  document.head.append(link);
}
