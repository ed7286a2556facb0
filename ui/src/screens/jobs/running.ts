import { useQuery } from "@tanstack/react-query";
import { useBackend, type JobView } from "../../backend";

export function useJobs() {
  const backend = useBackend();
  return useQuery({ queryKey: ["jobs"], queryFn: () => backend.jobs() });
}

/** What is at work now, paused included. */
export function useRunningJobs(): JobView[] {
  const jobs = useJobs();
  return (jobs.data ?? []).filter((job) => job.state === "running" || job.state === "paused");
}
