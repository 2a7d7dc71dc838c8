import type { PassagePlace } from '../../src/contract/documents.ts';

/** What is known of the passage that is pointed at, or how many there are. */
export function PassageFacts({ passage, count, pageNoun }: PassageFactsProps) {
  return (
    <p id="passage-facts" className="min-w-0 flex-1 truncate">
      {passage ? (
        <>
          <span className="font-medium text-ink">Passage {(passage.ordinal + 1).toLocaleString()}</span>
          {factsOf(passage, pageNoun).map((fact) => ` · ${fact}`)}
        </>
      ) : (
        <>Text read{count > 0 && ` · ${count === 1 ? 'one passage' : `${count.toLocaleString()} passages`}`}</>
      )}
    </p>
  );
}

type PassageFactsProps = { passage: PassagePlace | undefined; count: number; pageNoun: 'page' | 'slide' };

function factsOf({ page, heading_path, start, end }: PassagePlace, pageNoun: string): string[] {
  return [
    ...(page === undefined ? [] : [`${pageNoun} ${page}`]),
    ...(heading_path.length === 0 ? [] : [heading_path.join(' › ')]),
    `${(end - start).toLocaleString()} characters`,
  ];
}
