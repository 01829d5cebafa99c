// Types of the server's JSON. `start` and `end` are local times of the salon, without an offset.

export interface MessageStatus {
  kind: string;
  words: string;
  shape: string; // a symbol of icons.svg
  tone: "good" | "waiting" | "doubt" | "bad" | "quiet";
}

export interface Appointment {
  id: number;
  version: number;
  start: string;
  end: string;
  at: string; // `start` and `end` with the salon's offset
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
  allow_overlap: boolean; // staff allowed an overlap
  overbooked: boolean; // another appointment overlaps
  note: string;
  texts: MessageStatus[];
  is_saving?: boolean; // shown as changed, before the server has answered
}

export interface StaffMember {
  id: number;
  name: string;
  bookable: boolean;
}

export interface Service {
  id: number;
  name: string;
  minutes: number;
  color: string;
  offered: boolean; // can be chosen for a new appointment
}

export interface Customer {
  id: number;
  full_name: string;
  phone_number: string;
  hint?: string; // the reason that messages don't arrive
}

export interface AppointmentList {
  events: Appointment[];
  stamp: string;
  offset: string;
  me: number;
}

export interface MessageForecast {
  phone: string;
  phone_error: string;
  start_error: string;
  start_note: string; // the reading of a time that occurs twice
  missing: string;
  warning: string; // the reason that the number may not be reached
  texts: { kind: string; when: string; body: string }[];
}

export interface Config {
  day: string;
  today: string;
  zone: string;
  offset: string;
  first_day: 0 | 1;
  me: number;
  staff: StaffMember[];
  services: Service[];
  words: Record<string, string>;
}

export type ViewName = "day" | "week" | "list";
