/** Where an endpoint's method stands: the address may be told with the method's name or without. Pure. */
export function endpointUrl(baseUrl: string, method: 'embeddings' | 'rerank'): URL {
  const url = new URL(baseUrl);
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = path.endsWith(`/${method}`) ? path : `${path}/${method}`;
  return url;
}
