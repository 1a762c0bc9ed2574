/** Tells whoever waits in this process that a meeting changed, in whatever process it was changed. */
export type MeetingChanges = {
  onMeeting(meetingId: string, listener: () => void): () => void;
  onWorkspace(workspaceId: string, listener: (meetingId: string) => void): () => void;
  close(): Promise<void>;
};

type Listen = (channel: string, onPayload: (payload: string) => void) => Promise<() => Promise<void>>;

/** Listens on PostgreSQL's channel `meeting_changed`, whose payloads are `<workspace id> <meeting id>`. */
export async function createMeetingChanges(listen: Listen): Promise<MeetingChanges> {
  const listeners = new Map<string, Set<(meetingId: string) => void>>();
  const stop = await listen('meeting_changed', (payload) => {
    const [workspaceId, meetingId] = payload.split(' ');
    if (!workspaceId || !meetingId) return;
    for (const key of [workspaceId, meetingId]) for (const listener of listeners.get(key) ?? []) listener(meetingId);
  });
  const on = (key: string, listener: (meetingId: string) => void) => {
    const set = listeners.get(key) ?? new Set();
    listeners.set(key, set.add(listener));
    return () => {
      set.delete(listener);
      if (set.size === 0 && listeners.get(key) === set) listeners.delete(key);
    };
  };
  return { onMeeting: on, onWorkspace: on, close: stop };
}

/** Waits until `isDone` is true, looking whenever one of the meetings changes, or until the time is over. */
export async function waitForMeeting(
  changes: MeetingChanges,
  meetingIds: string | readonly string[],
  seconds: number,
  isDone: () => Promise<boolean>,
): Promise<void> {
  if (seconds === 0) return;
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<'time is up'>((resolve) => {
    timer = setTimeout(() => resolve('time is up'), seconds * 1000);
  });
  let wake = () => {};
  let woken = new Promise<void>((resolve) => (wake = resolve));
  const stops = [meetingIds].flat().map((id) => changes.onMeeting(id, () => wake()));
  try {
    while (!(await isDone())) {
      if ((await Promise.race([woken, timeUp])) === 'time is up') return;
      woken = new Promise((resolve) => (wake = resolve));
    }
  } finally {
    for (const stop of stops) stop();
    clearTimeout(timer);
  }
}
