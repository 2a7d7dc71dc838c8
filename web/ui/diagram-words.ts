import { t } from '../i18n/translate.ts';

/** What kind of diagram a source is, in words, with its title where it has one: the text that stands for the picture. */
export function describeDiagram(source: string): string {
  const lines = source
    .replace(/^---\n[\s\S]*?\n---\n/, '')
    .split('\n')
    .map((line) => line.trim());
  const [keyword = ''] = (lines.find((line) => line !== '' && !line.startsWith('%%')) ?? '').split(/[\s:;-]/);
  const title = /^[ \t]*(?:accTitle|title)(?:[ \t]*:)?[ \t]+"?([^"\n]{1,200})/m.exec(source)?.[1]?.trim();
  const kind = names.get(keyword) ?? wordsOf(keyword);
  return title ? t('{kind}: {title}', { kind, title }) : kind;
}

const names = new Map([
  ['graph', t('Flowchart')],
  ['flowchart', t('Flowchart')],
  ['sequenceDiagram', t('Sequence diagram')],
  ['classDiagram', t('Class diagram')],
  ['stateDiagram', t('State diagram')],
  ['mindmap', t('Mindmap')],
  ['timeline', t('Timeline')],
  ['quadrantChart', t('Quadrant chart')],
  ['requirementDiagram', t('Requirement diagram')],
  ['erDiagram', t('Entity relationship diagram')],
  ['pie', t('Pie chart')],
  ['gantt', t('Gantt chart')],
  ['journey', t('User journey')],
  ['gitGraph', t('Git graph')],
]);

/** `treeView` as “Tree view”: of a kind that is not named above. */
function wordsOf(keyword: string): string {
  const words = /^[a-z][a-zA-Z]{2,30}/.exec(keyword)?.[0].replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`);
  if (words === undefined) return t('Diagram');
  return words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
}

/** Whether a diagram is drawn as for white paper in the dark too: one that brings colours of its own, and the kinds whose colours Mermaid makes for white alone. */
export function isForWhite(source: string): boolean {
  if (/^\s*(?:classDef|style|linkStyle|rect)\s/m.test(source) || /\bfill:/.test(source)) return true;
  return !/^\s*(?:graph|flowchart|sequenceDiagram|classDiagram|stateDiagram|erDiagram|gantt|pie)\b/m.test(source);
}
