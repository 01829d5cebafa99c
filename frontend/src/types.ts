// What the server tells. Times called start and end are on the salon's wall clock, without offset.

export interface TextState {
  kind: string;
  words: string;
  shape: string; // a symbol of icons.svg
  tone: "good" | "waiting" | "doubt" | "bad" | "quiet";
}

export interface Visit {
  id: number;
  version: number;
  start: string;
  end: string;
  at: string; // the same moments with the salon's offset
  until: string;
  staff: number;
  customer: number;
  name: string;
  services: number[];
  service_names: string;
  color: string;
  status: string;
  status_label: string;
  can_move: boolean;
  overbooked: boolean;
  note: string;
  texts: TextState[];
}

export interface Person {
  id: number;
  name: string;
  bookable: boolean;
}

export interface Service {
  id: number;
  name: string;
  minutes: number;
  color: string;
}

export interface Customer {
  id: number;
  full_name: string;
  phone_number: string;
}

export interface Span {
  events: Visit[];
  stamp: string;
  offset: string;
}

export interface Plan {
  phone: string;
  phone_error: string;
  start_error: string;
  missing: string;
  warning: string; // what stands against the number
  texts: { kind: string; when: string; body: string }[];
}

export interface Config {
  day: string;
  today: string;
  zone: string;
  offset: string;
  first_day: 0 | 1;
  me: number;
  staff: Person[];
  services: Service[];
  words: Record<string, string>;
}

export type ViewName = "day" | "week" | "list";
