import { addressParts } from './address-parts.ts';

/** A plain text whose addresses can be followed. */
export function AnnouncementText({ text }: { text: string }) {
  let at = 0;
  return addressParts(text).map((part) => {
    const key = at;
    at += part.text.length;
    if (part.href === undefined) return part.text;
    return (
      <a key={key} href={part.href} target="_blank" rel="noopener noreferrer" className="link">
        {part.text}
      </a>
    );
  });
}
