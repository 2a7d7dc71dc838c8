import type { InstanceId } from '../ids.ts';

/** Whether the other processes on this store live. A lease says how long to wait for an owner; presence says that there is none to wait for. */
export type Presence = {
  readonly instanceId: InstanceId;
  /** Which of these instances are certainly gone: killed, ended, or never there. */
  goneAmong(instanceIds: readonly string[]): Promise<string[]>;
  /** Gives up this instance's own presence. */
  close(): Promise<void>;
};
