import type { ReactNode } from 'react';
import type { Agent } from '../../src/contract/sessions.ts';
import { named, t } from '../i18n/translate.ts';
import { Menu, MenuOptions } from '../ui/menu.tsx';

type AgentMenuProps = {
  agents: readonly Agent[];
  /** Empty where none is. */
  chosen: string;
  onChoose(agentId: string): void;
  trigger: ReactNode;
};

/** The agents this person may use, each with what it is for. */
export const AgentMenu = ({ agents, chosen, onChoose, trigger }: AgentMenuProps) => (
  <Menu trigger={trigger} align="start">
    <MenuOptions
      label={t('Agents')}
      value={chosen}
      options={agents.map(({ id, name, description }) => ({ id, name, hint: named(description) }))}
      onChoose={onChoose}
    />
  </Menu>
);
