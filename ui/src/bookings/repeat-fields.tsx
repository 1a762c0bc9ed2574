import { Field, Input, Select } from '@fluentui/react-components';
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import type { SeriesTime, SeriesWish } from '../api/appointments.ts';
import { api, ask } from '../api/client.ts';
import { QueryProblem } from '../parts/problem-view.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { StateLabel } from '../parts/state-label.tsx';
import { dayText, timesText } from '../parts/when.ts';
import styles from './bookings.module.css';
import type { BookingDraft } from './new-booking-draft.ts';

const longest = 52;

const previewQuery = (repeat: SeriesWish) =>
  queryOptions({
    queryKey: ['slots', 'series', repeat],
    queryFn: async () => (await ask(api['booking-series'].preview.$post({ json: repeat }))).data,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });

type Props = {
  draft: BookingDraft;
  change: (changes: Partial<BookingDraft>) => void;
  /** What is repeated; nothing while no time is chosen, or for a single time. */
  repeat: SeriesWish | undefined;
  zone: string;
};

/** Once, or every week or fortnight; then each time and whether it is free, before anything is booked. */
export function RepeatFields({ draft, change, repeat, zone }: Props) {
  return (
    <>
      <div className={styles.pair}>
        <Field label="Repeat">
          <Select value={draft.every} onChange={(_, { value }) => change({ every: value as BookingDraft['every'] })}>
            <option value="once">Once</option>
            <option value="week">Every week</option>
            <option value="fortnight">Every two weeks</option>
          </Select>
        </Field>
        {draft.every !== 'once' && (
          <Field label="How many times" hint={`Together with the first one, at most ${longest}.`}>
            <Input
              type="number"
              min={2}
              max={longest}
              value={String(draft.times)}
              onChange={(_, { value }) =>
                change({ times: Math.min(longest, Math.max(2, Math.floor(Number(value)) || 2)) })
              }
            />
          </Field>
        )}
      </div>
      {repeat && <Preview repeat={repeat} zone={zone} />}
    </>
  );
}

function Preview({ repeat, zone }: { repeat: SeriesWish; zone: string }) {
  const { data, error, refetch } = useQuery(previewQuery(repeat));
  if (error) return <QueryProblem error={error} retry={refetch} />;
  if (!data) return <SkeletonRows rows={4} height="24px" />;
  return (
    <div>
      <p role="status" className={styles.previewTold}>
        {toldOf(data)}
      </p>
      <ol className={styles.preview}>
        {data.map((time) => (
          <li key={time.start}>
            <span>
              {dayText(time.start, zone)}, {timesText(time, zone)}
            </span>
            <StateLabel
              tone={time.free ? 'good' : 'problem'}
              words={time.free ? 'Free' : (time.reason ?? 'Not free')}
            />
          </li>
        ))}
      </ol>
    </div>
  );
}

function toldOf(times: SeriesTime[]): string {
  const taken = times.filter(({ free }) => !free).length;
  if (taken === 0) return `All ${times.length} times are free.`;
  const which = taken === 1 ? 'One of these times cannot be booked.' : `${taken} of these times cannot be booked.`;
  return `${which} A series is booked as a whole: choose another first time, another operator, or fewer times.`;
}
