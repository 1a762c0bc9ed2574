import { useEffect, useState } from 'react';

/** A text that somebody types, a moment after the last key: what is worth asking for. */
export function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), 250);
    return () => clearTimeout(timer);
  }, [text]);
  return settled.trim();
}
