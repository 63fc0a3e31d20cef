import type { Desk } from "./grammar.js";

export const business: Desk = {
  name: "business",
  rules: {
    product:
      "biscuits|bicycles|washing machines|running shoes|garden furniture|tyres|batteries|paint|ice cream|headphones",
    analyst: "{name} of {surname} [Partners|Research|Capital]",
  },
  events: [
    {
      facts: {
        firm: "{company}",
        boss: "{name}",
        profit: "£{11-480}m",
        percent: "{4-46}%",
        goods: "{product}",
        watcher: "{analyst}",
        market: "{country}",
      },
      title: "Profits rise at {firm}",
      lead:
        "Profits at {firm} rose by {percent} to {profit} last year, helped by strong demand for its {goods}.|" +
        "{firm} has reported annual profits of {profit}, up {percent}, as sales of {goods} grew.",
      summary:
        "{firm} made {profit} last year, {percent} more than the year before, thanks to [its {goods}|sales of {goods}].|" +
        "Demand for {goods} has helped lift profits at {firm} [to {profit}|by {percent}].|" +
        "The maker of {goods} {firm} has seen [a sharp rise in profits|its earnings grow to {profit}].",
      body: [
        "Sales in {market} grew faster than at home, the company said.",
        "Shares in {firm:last} closed {1-9}% higher on {day}.",
        "Chief executive {boss} said the new year had begun well.",
        "The company employs {2-28},{100-999} people and plans to open {small} more shops.",
        "The dividend will be raised to {3-38} pence a share.",
        "{watcher} had expected a smaller rise.",
      ],
      quotes: [
        '"People are buying again, and they are buying from us," {boss} {said}.',
        '"The numbers are better than anyone had hoped," said {watcher}.',
        '"We are careful about the months ahead," {boss:last} added.',
      ],
    },
    {
      facts: {
        firm: "{company}",
        town: "{place}",
        jobs: "{120-980}",
        boss: "{name}",
        unionist: "{name}",
        reason: "falling orders|the price of energy|weak demand from abroad|a move of production to {country}",
      },
      title: "{jobs} jobs to go at {firm}",
      lead:
        "{firm} is to cut {jobs} jobs at its plant in {town}, blaming {reason}.|" +
        "Some {jobs} jobs will go at the {town} plant of {firm}, the company announced {when}, because of {reason}.",
      summary:
        "{jobs} people are to lose their jobs at {firm} in {town} [because of|as a result of] {reason}.|" +
        "Workers at {firm} in {town} have been told that {jobs} posts will go.|" +
        "Job losses have been announced at the {town} factory of {firm}, which blames {reason}.",
      body: [
        "The plant, which opened in {1948-1996}, employs {1-4},{100-999} people.",
        "Union official {unionist} said members would vote on a strike on {day}.",
        "Talks with staff will last {small} weeks.",
        "The company lost £{4-90}m in the first half of the year.",
        "{boss}, who runs the company, said that no more cuts were planned.",
        "The local member of parliament, {name}, asked for an urgent meeting.",
      ],
      quotes: [
        '"This is a black day for {town}," {unionist} {said}.',
        '"We have done all we can to avoid it," {boss} said.',
        '"Families here have worked at the plant for generations," {unionist:last} added.',
      ],
    },
    {
      facts: {
        firm: "{company}",
        target: "{company}",
        sum: "£{1-9}.{1-9}bn",
        boss: "{name}",
        watcher: "{analyst}",
        due: "{month}",
      },
      title: "{firm} to buy {target}",
      lead:
        "{firm} has agreed to buy its rival {target} for {sum}.|" +
        "{target} is to be taken over by {firm} in a deal worth {sum}, the two companies said {when}.",
      summary:
        "{firm} is taking over {target} [in a {sum} deal|for {sum}].|" +
        "A {sum} takeover of {target} has been agreed by {firm}.|" +
        "Two rivals, {firm} and {target}, are to join [under a deal that values {target} at {sum}|in a takeover].",
      body: [
        "The deal is expected to close in {due} if regulators agree.",
        "Shareholders of {target} will get {120-880} pence a share, {8-44}% more than on {day}.",
        "Together the two would have {9-61}% of the market.",
        "{boss} will lead the joint company from {place}.",
        "An offer from {company} was turned down in {month}.",
        "Savings of £{20-190}m a year are planned, but no shops will close.",
      ],
      quotes: [
        '"The two fit together like hand and glove," {boss} {said}.',
        '"It is a high price, but not a silly one," said {watcher}.',
        '"Customers should ask what it means for prices," {watcher} said.',
      ],
    },
  ],
  asides: [
    "The main share index in {country} ended the day {1-3}.{1-9}% lower.",
    "{company} will report its results {soon}.",
    "Oil was trading at {41-118} dollars a barrel.",
    "The central bank of {country} left interest rates at {1-7}.{1-9}%.",
    "Inflation stood at {1-9}.{1-9}% in {month}.",
    "{name} joins the board of {company} in {month}.",
  ],
};
