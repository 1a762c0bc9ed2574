import { Button } from '@fluentui/react-components';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import { problemOf } from '../api/problem.ts';
import styles from './parts.module.css';
import { ProblemView } from './problem-view.tsx';

type PagesOf<Row> = InfiniteData<{ data: Row[] }>;

/** A list that is read page by page. */
export type PagedList = Pick<
  UseInfiniteQueryResult<PagesOf<unknown>>,
  'hasNextPage' | 'isFetchingNextPage' | 'isFetchNextPageError' | 'error' | 'fetchNextPage'
>;

/** The rows of all pages that were read; once, also where a row went from one page to the next in the meantime. */
export function rowsOf<Row extends { id: string }>({ pages }: PagesOf<Row>): Row[] {
  return [...new Map(pages.flatMap(({ data }) => data).map((row) => [row.id, row])).values()];
}

/** Reads the next page of a list. After the last one the focus goes to the words that say so, since the button is gone. */
export function ShowMore({ list }: { list: PagedList }) {
  const [asked, setAsked] = useState(false);
  if (!list.hasNextPage) {
    return (
      asked && (
        <p className={styles.allShown} tabIndex={-1} ref={focus}>
          That is all.
        </p>
      )
    );
  }
  const more = () => {
    setAsked(true);
    if (!list.isFetchingNextPage) void list.fetchNextPage();
  };
  return (
    <div className={styles.more}>
      {list.isFetchNextPageError && list.error && (
        <div role="alert">
          <ProblemView problem={problemOf(list.error)} />
        </div>
      )}
      <Button disabledFocusable={list.isFetchingNextPage} onClick={more}>
        {list.isFetchingNextPage ? 'Reading more…' : 'Show more'}
      </Button>
    </div>
  );
}

function focus(element: HTMLElement | null): void {
  element?.focus({ preventScroll: true });
}
