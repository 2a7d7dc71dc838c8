import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { newSecret } from './ids.ts';

/** Encrypts what must not be readable in the store, a backup or a copy of either, with a key that is kept beside them. */
export type Sealing = {
  /** Names the key without telling anything of it. */
  readonly keyId: string;
  /** The text as `v1.KEY_ID.DATA`, encrypted and authenticated (AES-256-GCM). It opens under the same purpose and for the same thing alone.
   *  @param place.purpose  what it is for; each has a key of its own
   *  @param place.of  the id of what it belongs to: moved into another row, it does not open */
  seal(place: SealedPlace, text: string): string;
  /** The text; undefined for what was not sealed at this place by this key, or was changed since. */
  open(place: SealedPlace, sealed: string): string | undefined;
};

export type SealedPlace = { purpose: string; of: string };

const nonceBytes = 12;
const tagBytes = 16;

/** @param secret  at least 256 bits that nobody can guess */
export function createSealing(secret: string): Sealing {
  const keys = new Map<string, Buffer>();
  const keyId = derive(secret, 'key id').toString('hex').slice(0, 16);

  function keyFor(purpose: string): Buffer {
    let key = keys.get(purpose);
    if (!key) keys.set(purpose, (key = derive(secret, `seal ${purpose}`)));
    return key;
  }

  return {
    keyId,
    seal(place, text) {
      const nonce = Buffer.from(newSecret(), 'base64url').subarray(0, nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', keyFor(place.purpose), nonce).setAAD(boundTo(keyId, place));
      const data = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `v1.${keyId}.${data.toString('base64url')}`;
    },
    open(place, sealed) {
      const match = /^v1\.([0-9a-f]{16})\.([\w-]+)$/.exec(sealed);
      const data = Buffer.from(match?.[2] ?? '', 'base64url');
      if (match?.[1] !== keyId || data.length < nonceBytes + tagBytes) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', keyFor(place.purpose), data.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      });
      decipher.setAAD(boundTo(keyId, place)).setAuthTag(data.subarray(-tagBytes));
      try {
        const text = decipher.update(data.subarray(nonceBytes, -tagBytes));
        return Buffer.concat([text, decipher.final()]).toString('utf8');
      } catch {
        // Node tells in this way alone that the tag does not fit.
        return undefined;
      }
    },
  };
}

function boundTo(keyId: string, { purpose, of }: SealedPlace): Buffer {
  return Buffer.from(JSON.stringify(['v1', keyId, purpose, of]));
}

/** HKDF (RFC 5869): one secret, a key of its own for each use. */
function derive(secret: string, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'perdure', `perdure v1 ${use}`, 32));
}
