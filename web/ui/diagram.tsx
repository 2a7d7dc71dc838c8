import { lazy, Suspense } from 'react';
import { roomForDiagram } from './diagram-room.ts';

export type DiagramProps = { source: string; isWhole: boolean };

const Drawn = lazy(() => import('./drawn-diagram.tsx').catch(() => ({ default: NotLoaded })));

/** A diagram that is described in a text: drawn when all of it is there, until then as it was written, in the same room.
 *  @param isWhole  no more of it is to come */
export function Diagram(props: DiagramProps) {
  return (
    <figure className="diagram" style={{ height: `${roomForDiagram(props.source)}rem` }}>
      <Suspense fallback={<NotLoaded {...props} />}>
        <Drawn {...props} />
      </Suspense>
    </figure>
  );
}

const NotLoaded = ({ source }: DiagramProps) => <pre className="diagram-body diagram-source">{source}</pre>;
