/** Headers under which a file somebody uploaded leaves: as a download, never read as a page of ours whatever it holds. Pure.
 *  @see RFC 6266, RFC 8187 (filename*) */
export function attachmentHeaders(file: {
  filename: string;
  mediaType: string;
  bytes: number;
}): Record<string, string> {
  const name = file.filename.split('/').at(-1) ?? '';
  const ascii = name.replaceAll(/[^ -~]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replaceAll(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
  return {
    'content-type': inertTypes.includes(file.mediaType) ? file.mediaType : 'application/octet-stream',
    'content-length': String(file.bytes),
    'content-disposition': `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`,
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-store',
  };
}

/** Types no browser runs. */
export const inertTypes: readonly string[] = [
  'application/pdf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'text/plain',
  'text/markdown',
];
