import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Beside each script and style sheet the same packed, which the server sends to whoever takes it: over plain http no browser takes better than gzip. */
export function packedFiles(): Plugin {
  return {
    name: 'packed-files',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const file of Object.values(bundle)) {
          if (!/\.(?:m?js|css)$/.test(file.fileName)) continue;
          const source = gzipSync(file.type === 'chunk' ? file.code : file.source, { level: 9 });
          this.emitFile({ type: 'asset', fileName: `${file.fileName}.gz`, source });
        }
      },
    },
  };
}
