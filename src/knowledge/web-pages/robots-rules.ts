/** What a robots.txt says to one program, as far as it says anything. */
export type RobotsRules = readonly Rule[];

type Rule = {
  allows: boolean;
  /** Of the pattern, in octets: the longest that fits decides. */
  length: number;
  /** What stands between the `*` of the pattern. */
  parts: readonly string[];
  /** It ended in `$`: nothing may follow. */
  isToTheEnd: boolean;
};

/** Reads a robots.txt for the program of this name: the rules of all groups that name it, or else of those for everybody. What cannot be
 *  understood is passed over. Pure.
 *  @see RFC 9309, section 2.2 */
export function readRobots(text: string, program: string): RobotsRules {
  const own: Rule[] = [];
  const everybodys: Rule[] = [];
  let isNamed = false;
  let agents: string[] = [];
  let isOpen = false;
  for (const line of text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)) {
    const [, key = '', value = ''] = /^\s*([A-Za-z-]+)\s*:\s*([^#]*)/.exec(line) ?? [];
    switch (key.toLowerCase()) {
      case 'user-agent': {
        const agent = /^(?:\*|[A-Za-z_-]+)/.exec(value)?.[0]?.toLowerCase() ?? '';
        agents = isOpen ? [...agents, agent] : [agent];
        isOpen = true;
        isNamed ||= agent === program.toLowerCase();
        break;
      }
      case 'allow':
      case 'disallow': {
        isOpen = false;
        const rule = readRule(key.toLowerCase() === 'allow', value.trim());
        if (!rule) break;
        if (agents.includes(program.toLowerCase())) own.push(rule);
        if (agents.includes('*')) everybodys.push(rule);
        break;
      }
    }
  }
  const rules = isNamed ? own : everybodys;
  return rules.length > maxRules ? nothing : rules;
}

/** More than sites have, and looked through within milliseconds. Who has more is taken to allow nothing. */
const maxRules = 2000;
const nothing: RobotsRules = [{ allows: false, length: 1, parts: ['/'], isToTheEnd: false }];

/** Whether an address may be visited: as the longest pattern that fits says, allowed where two are equal or none fits. Pure. */
export function mayVisit(rules: RobotsRules, url: URL): boolean {
  if (url.pathname === '/robots.txt') return true;
  const path = comparable(`${url.pathname}${url.search}`).replaceAll('*', '%2A').replaceAll('$', '%24');
  let best: Rule | undefined;
  for (const rule of rules) {
    const isLonger = !best || rule.length > best.length || (rule.length === best.length && rule.allows);
    if (isLonger && fits(rule, path)) best = rule;
  }
  return best?.allows ?? true;
}

function readRule(allows: boolean, pattern: string): Rule | undefined {
  if (pattern === '') return undefined;
  const isToTheEnd = pattern.endsWith('$');
  const comparablePattern = comparable(isToTheEnd ? pattern.slice(0, -1) : pattern).replaceAll('$', '%24');
  const length = comparablePattern.length + (isToTheEnd ? 1 : 0);
  return { allows, length, parts: comparablePattern.split(/\*+/), isToTheEnd };
}

function fits({ parts, isToTheEnd }: Rule, path: string): boolean {
  const [first = '', ...rest] = parts;
  const last = isToTheEnd ? rest.pop() : undefined;
  if (!path.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = path.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  if (last !== undefined) return path.length - last.length >= at && path.endsWith(last);
  return !isToTheEnd || at === path.length;
}

/** A path in one way of writing: what needs no percent sign has none, what is not of ASCII has, and of a query `:` and `/` have none.
 *  @see RFC 9309, section 2.2.2 */
function comparable(path: string): string {
  const [head = '', ...query] = path.toWellFormed().split('?');
  const plainQuery = query.map((part) => part.replaceAll(/%3a/gi, ':').replaceAll(/%2f/gi, '/'));
  return [head, ...plainQuery]
    .join('?')
    .replaceAll(/[\u0080-\u{10ffff}]+/gu, encodeURIComponent)
    .replaceAll(/%([0-9a-f]{2})/gi, (escaped, hex: string) => {
      const character = String.fromCharCode(Number.parseInt(hex, 16));
      return /[A-Za-z0-9._~-]/.test(character) ? character : escaped.toUpperCase();
    });
}
