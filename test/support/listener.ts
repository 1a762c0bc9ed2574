import type { Post, PostAnswer } from '../../emulator/notifications/notifications.ts';

type Notice = {
  id?: string;
  subscriptionId: string;
  clientState: string | null;
  changeType?: string;
  lifecycleEvent?: string;
  resource?: string;
  resourceData?: { id: string };
};
type Heard = { url: string; contentType: string; body: string; notices: Notice[] };

/** An answer of a receiver, given at once. */
export const answers = (status: number, body = '', contentType = 'text/plain'): PostAnswer => ({
  kind: 'answered',
  status,
  contentType,
  body,
  tookMs: 1,
});

/** Somebody who is sent change notifications: echoes validation tokens and accepts everything until told otherwise. */
export function createListener() {
  const validations: string[] = [];
  const heard: Heard[] = [];
  let validation: (token: string) => PostAnswer = (token) => answers(200, token);
  let notification: (attempt: number) => PostAnswer = () => answers(202);
  const post: Post = async ({ url, contentType, body }) => {
    const token = new URL(url).searchParams.get('validationToken');
    if (token !== null) {
      validations.push(url);
      return validation(token);
    }
    const { value } = JSON.parse(body) as { value: Notice[] };
    heard.push({ url, contentType, body, notices: value });
    return notification(heard.length);
  };
  return {
    post,
    validations,
    heard,
    /** Every notification so far, in the order in which it came. */
    notices: () => heard.flatMap(({ notices }) => notices),
    /** What they said: `created`, `missed` … */
    words: () =>
      heard.flatMap(({ notices }) => notices.map(({ changeType, lifecycleEvent }) => changeType ?? lifecycleEvent)),
    onValidation: (next: typeof validation) => (validation = next),
    onNotification: (next: typeof notification) => (notification = next),
  };
}
