import { createContext } from 'react';

/** Whether what is drawn goes on paper: all of it at once, and on white. */
export const DiagramPaper = createContext(false);
