import { Fragment } from 'react';

type Props = {
  text: string;
  /** Where marks begin and end, in the text’s own units, in order. */
  matches: readonly (readonly [from: number, to: number])[];
};

/** A text with the words marked that a search found in it. */
export function Marked({ text, matches }: Props) {
  if (matches.length === 0) return text;
  const ends = [0, ...matches.map(([, to]) => to)];
  return (
    <>
      {matches.map(([from, to], index) => (
        <Fragment key={from}>
          {text.slice(ends[index], from)}
          <mark>{text.slice(from, to)}</mark>
        </Fragment>
      ))}
      {text.slice(ends.at(-1))}
    </>
  );
}
