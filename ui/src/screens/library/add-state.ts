import { createStore } from "../../app/store";

export interface AddRequest {
  paths: string[];
  /** Runs when the user has said yes. */
  then?: () => void;
}

/** Files and folders that the user is asked about before they are added. */
export const addRequest = createStore<AddRequest | null>(null);

export function requestAdd(paths: string[], then?: () => void) {
  if (paths.length > 0) addRequest.set({ paths, then });
}
