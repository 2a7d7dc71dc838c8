import { useContext, useEffect, useState } from 'react';
import { t } from '../i18n/translate.ts';
import { CopyButton } from './copy-button.tsx';
import type { DiagramProps } from './diagram.tsx';
import { DiagramDrawer, type Drawing } from './diagram-drawer.ts';
import { DiagramPaper } from './diagram-paper.ts';
import { describeDiagram, isForWhite } from './diagram-words.ts';
import { useIsNear } from './use-is-near.ts';
import { useTheme } from './use-theme.ts';

/** One for the page: it makes its frame with the first diagram. */
const drawer = new DiagramDrawer();

/** A diagram with its picture, its source behind a button, and in words why it is not drawn. */
export default function DrawnDiagram({ source, isWhole }: DiagramProps) {
  const isPaper = useContext(DiagramPaper);
  const theme = useTheme();
  const look = isPaper || isForWhite(source) ? 'light' : theme;
  const [near, isNear] = useIsNear('600px');
  const [hasComeNear, setHasComeNear] = useState(false);
  if (isNear && !hasComeNear) setHasComeNear(true);
  const drawing = useDrawing(source, look, isWhole && (hasComeNear || isPaper));
  const [shown, setShown] = useState<'fitted' | 'whole' | 'source'>('fitted');
  const picture = drawing?.kind === 'picture' ? drawing : undefined;
  const words = describeDiagram(source);
  return (
    <>
      <figcaption ref={near} className="diagram-head">
        <span className="truncate">{words}</span>
        {!drawing && isWhole && <span role="status">{t('Drawing…')}</span>}
        <span className="flex-1" />
        {picture && shown !== 'source' && (
          <HeadButton onPress={() => setShown(shown === 'whole' ? 'fitted' : 'whole')}>
            {shown === 'whole' ? t('Fit in') : t('Full size')}
          </HeadButton>
        )}
        {picture && (
          <HeadButton onPress={() => setShown(shown === 'source' ? 'fitted' : 'source')}>
            {shown === 'source' ? t('Show picture') : t('Show source')}
          </HeadButton>
        )}
        <CopyButton text={source} label={t('Copy source')} className="size-7! max-sm:size-9! [&_svg]:size-3.5!" />
      </figcaption>
      {picture && shown !== 'source' ? (
        <div
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a picture that is larger than its place must scroll by keyboard too
          tabIndex={0}
          role="group"
          aria-label={t('Picture')}
          className="diagram-body diagram-picture"
          data-look={look}
          data-shown={shown}
        >
          <img src={picture.url} alt={words} width={Math.ceil(picture.width)} height={Math.ceil(picture.height)} />
        </div>
      ) : (
        <DiagramSource source={source} />
      )}
      {drawing?.kind === 'none' && (
        <p role="status" className="diagram-refused">
          {t('This diagram cannot be drawn: {reason}', { reason: drawing.reason })}
        </p>
      )}
    </>
  );
}

const DiagramSource = ({ source }: Pick<DiagramProps, 'source'>) => (
  <pre
    // biome-ignore lint/a11y/noNoninteractiveTabindex: long lines must scroll by keyboard too
    tabIndex={0}
    className="diagram-body diagram-source"
  >
    <code>{source}</code>
  </pre>
);

const HeadButton = ({ children, onPress }: { children: string; onPress: () => void }) => (
  <button
    type="button"
    onClick={onPress}
    className="rounded-md px-1.5 py-1 whitespace-nowrap hover:bg-hover hover:text-ink max-sm:min-h-9"
  >
    {children}
  </button>
);

type Shown = { kind: 'picture'; url: string; width: number; height: number } | Extract<Drawing, { kind: 'none' }>;

const shownOf = (drawing: Drawing): Shown => {
  if (drawing.kind === 'none') return drawing;
  const { svg, width, height } = drawing;
  return { kind: 'picture', url: URL.createObjectURL(svg), width, height };
};

/** What a source looks like; the picture before stays until another theme's is there.
 *  @param isWanted  whether it is drawn at all */
function useDrawing(source: string, look: 'light' | 'dark', isWanted: boolean): Shown | undefined {
  const [shown, setShown] = useState<Shown>();
  useEffect(() => {
    if (!isWanted) return;
    const wanted = new AbortController();
    const show = (drawing: Drawing) => {
      if (!wanted.signal.aborted) setShown(shownOf(drawing));
    };
    void drawer.draw(source, look, wanted.signal).then(show);
    return () => wanted.abort();
  }, [source, look, isWanted]);
  const url = shown?.kind === 'picture' ? shown.url : undefined;
  useEffect(() => (url === undefined ? undefined : () => URL.revokeObjectURL(url)), [url]);
  return shown;
}
