import { useEffect, useState } from 'react';

/** The time now, looked at again every half minute, so that "next" and "past" stay true on a page that is left open. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
