import { Link, useNavigate } from '@tanstack/react-router';
import type { NowSnapshot } from '../../../src/contract/now.ts';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/field.tsx';
import { Section } from '../../ui/section.tsx';
import { TableFrame } from '../../ui/table-frame.tsx';
import { exactTime } from '../../ui/time-words.ts';
import { ageWords } from './age-words.ts';
import { byAgent, byServer, byUser, type Choice, choicesOf, isShown, type NowSearch, shortId } from './now-search.ts';

/** What is being answered, the oldest first, with a way to stop each. */
export function RunningTurns({ now, serverMs, search, onStop }: RunningTurnsProps) {
  const { turns, turns_total: total } = now;
  const shown = turns.filter((turn) => isShown(turn, search));
  const missing = total - turns.length;
  return (
    <Section
      title="Answers under way"
      {...(missing > 0 && { hint: `The ${turns.length} oldest; ${missing} more are under way.` })}
      actions={
        (turns.length > 1 || Object.keys(search).length > 0) && (
          <div className="flex flex-wrap gap-2">
            <Narrow name="agent" all="All agents" choices={choicesOf(turns, byAgent, search.agent)} search={search} />
            <Narrow name="user" all="All people" choices={choicesOf(turns, byUser, search.user)} search={search} />
            <Narrow
              name="server"
              all="All servers"
              choices={choicesOf(turns, byServer, search.server)}
              search={search}
            />
          </div>
        )
      }
    >
      {shown.length === 0 ? (
        <p className="text-sm text-muted">
          {turns.length === 0 ? 'Nothing is being answered.' : 'None of these answers is under way any more.'}
        </p>
      ) : (
        <TableFrame label="Answers under way">
          <thead className="text-start text-xs whitespace-nowrap text-muted">
            <tr className="border-b border-line *:px-3 *:py-2 *:font-medium">
              <th>Person</th>
              <th>Session</th>
              <th>Agent</th>
              <th className="text-end">For</th>
              <th>State</th>
              <th>Server</th>
              <th className="sr-only">Actions</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((turn) => (
              <tr
                key={turn.turn_id}
                data-turn={turn.turn_id}
                className="border-b border-line last:border-0 *:px-3 *:py-1.5"
              >
                <td className="max-w-40 truncate">{turn.username || <span className="text-muted">(program)</span>}</td>
                <td className="max-w-64 min-w-32 truncate" title={turn.title}>
                  <Link to="/admin/sessions/$sessionId" params={{ sessionId: turn.session_id }} className="link">
                    {turn.title || shortId(turn.session_id)}
                  </Link>
                </td>
                <td className="whitespace-nowrap">{turn.agent_name}</td>
                <td
                  className="text-end whitespace-nowrap tabular-nums"
                  title={`since ${exactTime(Date.parse(turn.began_at))}`}
                >
                  {ageWords(serverMs - Date.parse(turn.began_at))}
                </td>
                <td className="whitespace-nowrap">
                  {turn.state === 'waiting_approval' ? 'Waits for an approval' : 'Answering'}
                  {turn.attempt > 1 && <span className="text-muted">, attempt {turn.attempt}</span>}
                </td>
                <td className="font-mono text-xs" {...(turn.instance_id && { title: turn.instance_id })}>
                  {turn.instance_id ? shortId(turn.instance_id) : '–'}
                </td>
                <td className="text-end">
                  <Button look="quiet" className="min-h-8! py-1!" onClick={() => onStop(turn.session_id)}>
                    Stop
                    <span className="sr-only">
                      {' '}
                      the answer to {turn.username || 'a program'} in {turn.title || shortId(turn.session_id)}
                    </span>
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </TableFrame>
      )}
    </Section>
  );
}

type RunningTurnsProps = {
  now: NowSnapshot;
  serverMs: number;
  search: NowSearch;
  onStop(sessionId: string): void;
};

function Narrow({ name, all, choices, search }: NarrowProps) {
  const navigate = useNavigate();
  const choose = (value: string) => {
    const { [name]: _, ...rest } = search;
    void navigate({ to: '/admin/now', search: value === '' ? rest : { ...rest, [name]: value }, replace: true });
  };
  return (
    <Select aria-label={all} value={search[name] ?? ''} onChange={(event) => choose(event.target.value)}>
      <option value="">{all}</option>
      {choices.map(({ value, name: called, count }) => (
        <option key={value} value={value}>
          {called} ({count})
        </option>
      ))}
    </Select>
  );
}

type NarrowProps = { name: keyof NowSearch; all: string; choices: readonly Choice[]; search: NowSearch };
