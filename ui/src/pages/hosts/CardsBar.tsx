import { type HostSearch, type Order, orderOf } from "../../api/search";
import { ChooseAll } from "./ChooseAll";

interface CardsBarProps {
  search: HostSearch;
  change: (change: Partial<HostSearch>) => void;
  all: boolean;
  some: boolean;
  toggleAll: () => void;
}

const ORDERS: readonly { by: Order; how: "ASC" | "DESC"; name: string }[] = [
  { by: "display_name", how: "ASC", name: "Name, A to Z" },
  { by: "display_name", how: "DESC", name: "Name, Z to A" },
  { by: "last_check_in", how: "DESC", name: "Seen last" },
  { by: "last_check_in", how: "ASC", name: "Silent for longest" },
  { by: "updated", how: "DESC", name: "Written last" },
  { by: "operating_system", how: "ASC", name: "System" },
  { by: "operating_system", how: "DESC", name: "System, newest" },
  { by: "group_name", how: "ASC", name: "Group" },
];

/** On a phone there is no head of a table: all rows are chosen, and put in order, here. */
export function CardsBar({ search, change, all, some, toggleAll }: CardsBarProps) {
  const { by, how } = orderOf(search);
  const now = `${by} ${how}`;
  return (
    <div className="pl-cardsbar">
      <ChooseAll all={all} some={some} toggleAll={toggleAll} text="All that are shown" />
      <select
        className="pl-select"
        aria-label="Order"
        value={now}
        onChange={event => {
          const chosen = ORDERS.find(order => `${order.by} ${order.how}` === event.target.value);
          if (chosen) change({ order_by: chosen.by, order_how: chosen.how });
        }}
      >
        {ORDERS.map(order => (
          <option key={order.name} value={`${order.by} ${order.how}`}>
            {order.name}
          </option>
        ))}
        {!ORDERS.some(order => `${order.by} ${order.how}` === now) && <option value={now}>As it is</option>}
      </select>
    </div>
  );
}
