import { accentOf, grounds, leastContrast, type Theme } from '../../../../src/contract/accent.ts';

const words: Record<Theme, string> = { light: 'Light', dark: 'Dark' };
const ratio = (contrast: number) => `${(Math.floor(contrast * 10) / 10).toLocaleString()} : 1`;

/** How a colour looks in a theme, whichever the page has, and how well it is read there. */
export function AccentPreview({ theme, colour, name }: { theme: Theme; colour: string; name: string }) {
  const { accent, on, soft, contrast } = accentOf(colour, theme);
  const { canvas, ink, muted } = grounds[theme];
  return (
    <figure>
      <div className="rounded-xl border border-line-strong p-4" style={{ background: canvas, color: ink }}>
        <p dir="auto" className="font-semibold wrap-anywhere">
          {name}
        </p>
        <p className="mt-1 text-sm">
          An answer with <span style={{ color: accent, textDecoration: 'underline' }}>a link</span>.
        </p>
        <p className="mt-2 rounded-lg px-2.5 py-1.5 text-sm" style={{ background: soft }}>
          <span style={{ color: accent }}>Chosen</span> <span style={{ color: muted }}>and beside it</span>
        </p>
        <p
          className="mt-2 inline-block rounded-lg px-3 py-1.5 text-sm font-medium"
          style={{ background: accent, color: on }}
        >
          New session
        </p>
      </div>
      <figcaption className="mt-1.5 text-sm">
        <span className="font-medium">{words[theme]}:</span> {accent === colour ? 'as it is' : `as ${accent}`}
        <span className="block text-xs text-muted">
          As text {ratio(contrast.asText)}, text on it {ratio(contrast.under)}; at least{' '}
          {leastContrast.toLocaleString()} : 1.
        </span>
      </figcaption>
    </figure>
  );
}
