/** Conversations as other chats write them: real shapes, said by nobody. */

const seconds = 1_756_000_000;

type Node = { id: string; parent: string | null; role?: string; parts?: unknown[]; more?: object; metadata?: object };

/** One conversation of ChatGPT's conversations.json. The last node is the current one. */
export function chatgpt(id: string, title: string, nodes: readonly Node[], more: object = {}): object {
  const mapping = Object.fromEntries(
    nodes.map(({ id: nodeId, parent, role, parts = [], more: own, metadata = {} }, index) => [
      nodeId,
      {
        id: nodeId,
        parent,
        children: nodes.filter((node) => node.parent === nodeId).map((node) => node.id),
        message: role && {
          id: nodeId,
          author: { role, name: null, metadata: {} },
          create_time: seconds + index,
          update_time: null,
          content: { content_type: 'text', parts },
          status: 'finished_successfully',
          end_turn: null,
          weight: 1,
          metadata,
          recipient: 'all',
          channel: null,
          ...own,
        },
      },
    ]),
  );
  return {
    title,
    create_time: seconds + 0.123456,
    update_time: seconds + 400.5,
    mapping,
    moderation_results: [],
    current_node: nodes.at(-1)?.id,
    conversation_id: id,
    id,
    is_archived: false,
    is_starred: null,
    default_model_slug: 'gpt-5',
    ...more,
  };
}

/** A question and its answer. */
export const chatgptTalk = (id: string, title: string): object =>
  chatgpt(id, title, [
    { id: 'root', parent: null },
    { id: 'q', parent: 'root', role: 'user', parts: [`What is ${title}?`] },
    { id: 'a', parent: 'q', role: 'assistant', parts: ['It is **this**.'], metadata: { model_slug: 'gpt-4o' } },
  ]);

type WebuiMessage = { id: string; parentId: string | null; role: string; content: string; more?: object };

/** One chat of Open WebUI's export. The last message is the current one. */
export function openWebui(id: string, title: string, messages: readonly WebuiMessage[], more: object = {}): object {
  const written = messages.map(({ more: own, ...message }, index) => ({
    ...message,
    childrenIds: messages.filter(({ parentId }) => parentId === message.id).map((each) => each.id),
    timestamp: seconds + index,
    ...(message.role === 'assistant' && { model: 'llama3.1:latest', done: true }),
    ...own,
  }));
  return {
    id,
    user_id: 'u1',
    title,
    chat: {
      id: '',
      title,
      models: ['llama3.1:latest'],
      params: {},
      history: {
        messages: Object.fromEntries(written.map((message) => [message.id, message])),
        currentId: messages.at(-1)?.id,
      },
      messages: written,
      tags: [],
      timestamp: seconds * 1000,
    },
    created_at: seconds,
    updated_at: seconds + 9,
    share_id: null,
    archived: false,
    pinned: true,
    meta: {},
    folder_id: null,
    ...more,
  };
}

type LibreMessage = {
  id: string;
  parent: string | null;
  byUser: boolean;
  text: string;
  children?: object[];
  more?: object;
};

export function librechatMessage({ id, parent, byUser, text, children, more }: LibreMessage, index = 0): object {
  return {
    _id: id,
    messageId: id,
    conversationId: 'conversation',
    parentMessageId: parent ?? '00000000-0000-0000-0000-000000000000',
    isCreatedByUser: byUser,
    sender: byUser ? 'User' : 'GPT-4',
    text,
    model: byUser ? null : 'gpt-4-turbo',
    createdAt: new Date((seconds + index) * 1000).toISOString(),
    error: false,
    unfinished: false,
    ...(children && { children }),
    ...more,
  };
}

/** One conversation as LibreChat exports it. */
export function librechat(id: string, title: string, messages: readonly object[], more: object = {}): object {
  return {
    conversationId: id,
    endpoint: 'openAI',
    title,
    exportAt: '13:18:04 GMT-0400 (Eastern Daylight Time)',
    branches: true,
    recursive: false,
    options: { model: 'gpt-4-turbo' },
    messages,
    ...more,
  };
}
