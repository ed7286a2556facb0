import { keepPreviousData, useQueries, type QueryKey } from "@tanstack/react-query";
import { useMemo, useState } from "react";

export interface Page<T> {
  total: number;
  items: T[];
}

/** A long list of which only the pages in view are read. */
export function usePages<T>(key: QueryKey, read: (offset: number, limit: number) => Promise<Page<T>>, size = 100) {
  const [range, setRange] = useState({ first: 0, last: 0 });
  const pages = useMemo(() => {
    const wanted = new Set([0]);
    for (let page = range.first; page <= range.last; page += 1) wanted.add(page);
    return [...wanted];
  }, [range.first, range.last]);
  const results = useQueries({
    queries: pages.map((page) => ({
      queryKey: [...key, page],
      queryFn: () => read(page * size, size),
      placeholderData: keepPreviousData,
    })),
  });
  const first = results[0];
  return {
    total: first?.data?.total ?? 0,
    isPending: first?.isPending ?? true,
    error: results.find((result) => result.error)?.error ?? null,
    refetch: () => results.forEach((result) => void result.refetch()),
    /** The item at this place, or undefined while its page is read. */
    at: (index: number): T | undefined => {
      const slot = pages.indexOf(Math.floor(index / size));
      return slot < 0 ? undefined : results[slot]?.data?.items[index % size];
    },
    /** Says which items are in view. */
    show: (from: number, to: number) => {
      const next = { first: Math.floor(Math.max(0, from) / size), last: Math.floor(Math.max(0, to) / size) };
      if (next.first !== range.first || next.last !== range.last) setRange(next);
    },
  };
}
