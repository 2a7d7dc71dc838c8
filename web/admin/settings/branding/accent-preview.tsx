import type { CSSProperties, ReactNode } from 'react';
import { accentOf, grounds, leastContrast, type Theme } from '../../../../src/contract/accent.ts';
import { number } from '../../../i18n/numbers.ts';
import { rich, t } from '../../../i18n/translate.ts';

const words: Record<Theme, string> = { light: t('Light'), dark: t('Dark') };
const ratio = (contrast: number) => `${number(Math.floor(contrast * 10) / 10)} : 1`;
const strong = (inner: ReactNode) => <span className="font-medium">{inner}</span>;
const styled = (style: CSSProperties) => (inner: ReactNode) => <span style={style}>{inner}</span>;

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
          {rich('An answer with <link>a link</link>.', {
            link: styled({ color: accent, textDecoration: 'underline' }),
          })}
        </p>
        <p className="mt-2 rounded-lg px-2.5 py-1.5 text-sm" style={{ background: soft }}>
          {rich('<chosen>Chosen</chosen> <beside>and beside it</beside>', {
            chosen: styled({ color: accent }),
            beside: styled({ color: muted }),
          })}
        </p>
        <p
          className="mt-2 inline-block rounded-lg px-3 py-1.5 text-sm font-medium"
          style={{ background: accent, color: on }}
        >
          {t('New session')}
        </p>
      </div>
      <figcaption className="mt-1.5 text-sm">
        {accent === colour
          ? rich('<b>{theme}:</b> as it is', { theme: words[theme], b: strong })
          : rich('<b>{theme}:</b> as {accent}', { theme: words[theme], accent, b: strong })}
        <span className="block text-xs text-muted">
          {t('As text {asText}, text on it {under}; at least {least}.', {
            asText: ratio(contrast.asText),
            under: ratio(contrast.under),
            least: ratio(leastContrast),
          })}
        </span>
      </figcaption>
    </figure>
  );
}
