/// <reference types="vite/client" />

/** Whether the mock backend is part of this build. */
declare const __MOCK__: boolean;
