import { expect, it } from 'vitest';
import { roomForDiagram } from './diagram-room.ts';
import { describeDiagram, isForWhite } from './diagram-words.ts';

it.each([
  ['flowchart LR\n A --> B', 'Flowchart'],
  ['graph TD; A-->B', 'Flowchart'],
  ['%% a note\n\nsequenceDiagram\n  A->>B: hello', 'Sequence diagram'],
  ['stateDiagram-v2\n [*] --> Still', 'State diagram'],
  ['pie title Pets\n "Dogs" : 3', 'Pie chart'],
  ['gantt\n  title The year\n  section A', 'Gantt chart: The year'],
  ['---\ntitle: The gate\n---\nflowchart LR\n A --> B', 'Flowchart: The gate'],
  ['flowchart LR\n accTitle: Who opens\n A --> B', 'Flowchart: Who opens'],
  ['__proto__', 'Diagram'],
  ['', 'Diagram'],
])('describes %j as %s', (source, words) => {
  expect(describeDiagram(source)).toBe(words);
});

it.each([
  ['LR', 24],
  ['TD', 32],
])('keeps no less room when more of a source has come, and at most a page: %s', (direction, most) => {
  const lines = Array.from({ length: 300 }, (_, n) => `A${n} --> A${n + 1}`).join('\n');
  const source = `flowchart ${direction}\n${lines}`;
  const rooms = Array.from({ length: 100 }, (_, n) => roomForDiagram(source.slice(0, n * 50)));
  expect(rooms).toEqual(rooms.toSorted((a, b) => a - b));
  expect(rooms.at(-1)).toBe(most);
});

it('sees which diagrams bring colours of their own, or are of a kind that is made for white', () => {
  expect(isForWhite('flowchart LR\n A-->B\n style A fill:#f9f')).toBe(true);
  expect(isForWhite('flowchart LR\n A:::x-->B\n classDef x stroke:#f00')).toBe(true);
  expect(isForWhite('flowchart LR\n A[A style of work]-->B')).toBe(false);
  expect(isForWhite('mindmap\n root')).toBe(true);
  expect(isForWhite('stateDiagram-v2\n [*] --> A')).toBe(false);
});
