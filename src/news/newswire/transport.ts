import type { Desk } from "./grammar.js";

export const transport: Desk = {
  name: "transport",
  rules: {
    works: "bridge|tunnel|railway line|tram line|cycle path|ferry port|bypass",
    load: "honey|apples|toy ducks|flour|roof tiles|Christmas trees|chocolate|paint",
  },
  events: [
    {
      facts: {
        thing: "{works}",
        from: "{place}",
        to: "{place}",
        sum: "£{12-980}m",
        late: "{small} years",
        chief: "{name}",
        minutes: "{11-55} minutes",
      },
      title: "New {thing} opens",
      lead:
        "A new {thing} between {from} and {to} opened {when}, {late} late and at a cost of {sum}.|" +
        "{late} later than planned, a {thing} that links {from} with {to} was opened {when}; it cost {sum}.",
      summary:
        "The {thing} from {from} to {to} has opened at last[, {late} behind schedule|].|" +
        "{from} and {to} have been joined by a {thing} that cost {sum}.|" +
        "People can now use the new {thing} between {from} and {to}.",
      body: [
        "The journey is {minutes} shorter than before.",
        "Work was held up by floods and by the find of an old mine.",
        "Some {3-28},000 people are expected to use it every day.",
        "{chief}, the chief engineer, cut the ribbon with the mayor of {to}.",
        "The first estimate, made in {2004-2017}, was £{3-90}m.",
        "A second stage, to {place}, is planned for {2027-2033}.",
      ],
      quotes: [
        '"It was worth the wait," {chief} {said}.',
        '"I shall be home for tea for once," said {name}, who works in {to}.',
        '"Somebody should say sorry for the delay," said {name} of the passengers\' group.',
      ],
    },
    {
      facts: {
        goods: "{load}",
        road: "the [A|M]{2-90} near {place}|the ring road of {place}|the coast road at {place}",
        driver: "{name}",
        hours: "{small} hours",
        officer: "{name}",
        tons: "{2-24} tons",
      },
      title: "Lorry spills {goods}",
      lead:
        "A lorry spilled {tons} of {goods} on {road} {when} and closed it for {hours}.|" +
        "{road} was closed for {hours} {when} after a lorry lost its load of {tons} of {goods}.",
      summary:
        "{tons} of {goods} from a lorry [blocked|have blocked] {road}.|" +
        "A road was shut for {hours} [by spilled {goods}|after a lorry lost {tons} of {goods}].|" +
        "Drivers faced long delays on {road} because of spilled {goods}.",
      body: [
        "The driver, {driver}, was not hurt.",
        "Queues reached back for {2-14} miles.",
        "Children from a nearby school helped to clear up.",
        "The load was on its way from {place} to {country}.",
        "Officer {officer} said the lorry had swerved to miss a deer.",
        "It was the second such accident there since {month}.",
      ],
      quotes: [
        '"In twenty years I have seen nothing like it," {officer} {said}.',
        '"I only stopped for a second," {driver} said.',
        '"The smell was not bad, to be honest," said {name}, who was stuck in the queue.',
      ],
    },
    {
      facts: {
        line: "{company}",
        staff: "train drivers|bus drivers|pilots|ferry crews|airport staff",
        days: "{small} days",
        ask: "{3-12}% more pay|shorter shifts|safer night work|better pensions",
        chief: "{name}",
        boss: "{name}",
        begin: "{day}",
      },
      title: "Strike at {line}",
      lead:
        "{staff} at {line} will strike for {days} from {begin} in a dispute over {ask}.|" +
        "A strike of {days} by {staff} at {line} begins on {begin}; they want {ask}.",
      summary:
        "Passengers face {days} of disruption as {staff} at {line} walk out.|" +
        "{staff} who work for {line} are to stop work for {days}, asking for {ask}.|" +
        "A strike over {ask} will hit {line} from {begin}.",
      body: [
        "Talks broke down after {small} hours {when}.",
        "About {20-480} services a day will be cancelled.",
        "{chief} of the union said that {71-98}% had voted for the strike.",
        "{boss}, the head of {line}, called the demand impossible.",
        "Tickets can be used on other lines until {day}.",
        "The last strike there was in {1994-2019}.",
      ],
      quotes: [
        '"Our members have had enough of promises," {chief} {said}.',
        '"The offer on the table is a fair one," {boss} said.',
        '"The door is open," {boss:last} added.',
      ],
    },
  ],
  asides: [
    "Fares in {county} rise by {2-9}% in {month}.",
    "A new timetable comes into force on {day}.",
    "{company} has ordered {12-88} electric buses.",
    "The station in {place} is to get {small} new lifts.",
    "Petrol costs {111-189} pence a litre on average.",
    "Parking in {place} will be free {soon}.",
  ],
};
