import type { PassagePlace } from '../../src/contract/documents.ts';

/** What is known of the passage that is pointed at, or how many there are. */
export function PassageFacts({ passage, count }: { passage: PassagePlace | undefined; count: number }) {
  return (
    <p id="passage-facts" className="min-w-0 flex-1 truncate">
      {passage ? (
        <>
          <span className="font-medium text-ink">Passage {(passage.ordinal + 1).toLocaleString()}</span>
          {factsOf(passage).map((fact) => ` · ${fact}`)}
        </>
      ) : (
        <>Text read{count > 0 && ` · ${count === 1 ? 'one passage' : `${count.toLocaleString()} passages`}`}</>
      )}
    </p>
  );
}

function factsOf({ page, heading_path, start, end }: PassagePlace): string[] {
  return [
    ...(page === undefined ? [] : [`page ${page}`]),
    ...(heading_path.length === 0 ? [] : [heading_path.join(' › ')]),
    `${(end - start).toLocaleString()} characters`,
  ];
}
