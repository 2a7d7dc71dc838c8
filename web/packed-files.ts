import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Brotli's best level takes ten times as long as this one, for a fortieth. */
const brotli = (source: string | Uint8Array) =>
  brotliCompressSync(source, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
const packers = { br: brotli, gz: (source: string | Uint8Array) => gzipSync(source, { level: 9 }) };

/** Beside each script and style sheet the same packed, which the server sends to whoever takes it: browsers take Brotli over HTTPS and from
 *  the machine itself, and gzip over plain HTTP. */
export function packedFiles(): Plugin {
  return {
    name: 'packed-files',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const file of Object.values(bundle)) {
          if (!/\.(?:m?js|css)$/.test(file.fileName)) continue;
          const plain = file.type === 'chunk' ? file.code : file.source;
          for (const [ending, pack] of Object.entries(packers)) {
            this.emitFile({ type: 'asset', fileName: `${file.fileName}.${ending}`, source: pack(plain) });
          }
        }
      },
    },
  };
}
