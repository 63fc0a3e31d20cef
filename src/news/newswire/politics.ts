import type { Desk } from "./grammar.js";

export const politics: Desk = {
  name: "politics",
  rules: {
    party: "the [Harbour|Meadow|Civic|Unity|Orchard|Lantern] Party",
    office: "transport minister|finance minister|health minister|education minister|energy minister|housing minister",
    facility:
      "library|swimming pool|town hall|bus station|market hall|youth centre|museum|ferry terminal|park and ride",
  },
  events: [
    {
      facts: {
        town: "{place}",
        thing: "{facility}",
        sum: "£{2-48}m",
        leader: "{name}",
        critic: "{name}",
        votes: "{21-38} votes to {8-20}",
        due: "{month}",
      },
      title: "{town} {thing} to close",
      lead:
        "Councillors in {town} have voted to close the {thing} in {due} after the cost of repairs rose to {sum}.|" +
        "The {thing} in {town} will close its doors in {due}, councillors decided {when}, because repairs would cost {sum}.",
      summary:
        "The {thing} in {town} is to shut [as the bill for repairs has reached {sum}|because of a repair bill of {sum}], the council has decided.|" +
        "Plans to shut {town}'s {thing} have been approved by the council [after costs grew to {sum}|, which says it cannot find {sum}].|" +
        "A council has agreed to shut {a thing} in {town} rather than spend {sum} on repairs.",
      body: [
        "The motion was carried by {votes} after a debate of {small} hours.",
        "Some {120-900} people a day use the building, which opened in {1931-1988}.",
        "{critic}, who speaks for residents, handed over a petition with {2-19},{100-999} names.",
        "Council leader {leader} said that no other offer had been received.",
        "Staff will be offered work elsewhere in {county}, the council said.",
        "A plan to sell the land to {company} was dropped in {month}.",
      ],
      quotes: [
        '"Nobody wanted this, but the money is not there," {leader} {said}.',
        '"It is the heart of {town} and they are tearing it out," {critic} said.',
        '"We will look at every offer that is put to us," {leader:last} added.',
      ],
    },
    {
      facts: {
        land: "{country}",
        minister: "{name}",
        post: "{office}",
        rival: "{name}",
        cause:
          "a row over [train fares|school meals|a new tax on fuel|hospital waiting lists|the price of power|rents]",
        months: "{small} months",
        group: "{party}",
      },
      title: "{minister:last} leaves government of {land}",
      lead:
        "The {post} of {land}, {minister}, has resigned after {cause}.|" +
        "{minister} stepped down as {post} of {land} {when} following {cause}.",
      summary:
        "{land}'s {post} has quit [in the wake of|because of] {cause}.|" +
        "{minister} has left the government of {land} [after|amid] {cause}.|" +
        "The {post} in {land} has given up the job [after {months}|, months into the job], following {cause}.",
      body: [
        "{minister:last} had been in the job for {months}.",
        "{rival}, a member of {group}, is expected to take over.",
        "The prime minister accepted the letter {when} and thanked {minister:last} for the work done.",
        "Polls put support for the government at {22-47}%, its lowest since {month}.",
        "The opposition asked for an early election and a full report.",
        "Two other members of the cabinet are said to be thinking of leaving.",
      ],
      quotes: [
        '"I can no longer defend what was decided," {minister} wrote.',
        '"This is a government that has lost its way," {rival} {said}.',
        '"The work goes on, and so do we," a government source said.',
      ],
    },
    {
      facts: {
        land: "{country}",
        plan: "free bus travel for [students|pensioners|apprentices|nurses]|a tax on [plastic cups|empty homes|private jets|sugary drinks]|a ban on [petrol cars in towns|advertising for gambling|night flights]",
        year: "{2026-2034}",
        backer: "{name}",
        foe: "{name}",
        votes: "{61-98} to {31-60}",
      },
      title: "{land} votes for {plan}",
      lead:
        "Parliament in {land} has backed {plan} from {year}.|" +
        "Members of parliament in {land} voted by {votes} {when} to bring in {plan}, which begins in {year}.",
      summary:
        "{land} is to have {plan} [by {year}|from {year}], its parliament has decided.|" +
        "A law that brings in {plan} has been passed in {land}.|" +
        "MPs in {land} have agreed to {plan} despite [warnings over its cost|doubts about how it will work].",
      body: [
        "The vote was {votes}, with {small} members away.",
        "The measure was put forward by {backer}, who first proposed it in {2009-2023}.",
        "{foe} of {party} warned that it would cost £{20-400}m a year.",
        "A survey of {800-2400} people found that {51-78}% were in favour.",
        "Neighbouring {country} brought in a similar law {small} years ago.",
        "The bill now goes to the upper house, where it is expected to pass.",
      ],
      quotes: [
        '"It is a good day for {land}," {backer} {said}.',
        '"They have not said who will pay," {foe} said.',
        '"It took us years, and it was worth it," {backer:last} said after the vote.',
      ],
    },
  ],
  asides: [
    "Local elections in {county} are due in {month}.",
    "The government of {country} will publish its spending plans {soon}.",
    "A report on rural broadband by {name} has been delayed until {month}.",
    "Turnout at the last election was {41-79}%.",
    "{party} will choose a new leader in {month}, with {name} seen as likely to win.",
    "Talks between {country} and {country} on fishing rights resume on {day}.",
  ],
};
