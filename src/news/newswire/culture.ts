import type { Desk } from "./grammar.js";

export const culture: Desk = {
  name: "culture",
  rules: {
    title:
      "The [Glass|Winter|Silent|Last|Paper|Golden|Hidden|Salt] [Garden|Harbour|Letter|Orchard|Clock|River|Piano|Staircase]",
    prize: "the {surname} [Prize|Medal|Award]",
    work: "novel|film|play|opera|album|collection of poems",
    treasure:
      "a Roman coin|a lost manuscript|a Viking ring|a portrait by an unknown hand|a medieval bell|a box of love letters",
  },
  events: [
    {
      facts: {
        artist: "{name}",
        honour: "{prize}",
        piece: "{title}",
        kind: "{work}",
        theme:
          "a family of clockmakers|two sisters at sea|a village that forgets|a lighthouse keeper|a strike in a bakery|a lost dog",
        sum: "£{10-75},000",
        judge: "{name}",
      },
      title: "{artist:last} wins {honour}",
      lead:
        "{artist} has won {honour} for {piece}, {a kind} about {theme}.|" +
        "{honour} has gone to {artist} for the {kind} {piece}, which is about {theme}.",
      summary:
        "{piece} by {artist} has been awarded {honour}.|" +
        "{a kind} about {theme} has won its author, {artist}, {honour}.|" +
        "The winner of {honour} is {artist}[, for {piece}| with a story about {theme}].",
      body: [
        "The prize is worth {sum}.",
        "{judge}, who led the judges, called it a work of great warmth.",
        "It was chosen from {38-190} entries.",
        "{artist:last} wrote it in {small} months in a hut near {place}.",
        "Last year's winner was {name}.",
        "A television version is to be made in {country}.",
      ],
      quotes: [
        '"I thought they had rung the wrong number," {artist} {said}.',
        '"We laughed, we wept, and we agreed at once," {judge} said.',
        '"I shall buy a new kettle," {artist:last} said when asked about the money.',
      ],
    },
    {
      facts: {
        find: "{treasure}",
        finder: "{name}",
        job: "a plumber|a retired teacher|a farmer|a gardener|a student|a postman",
        spot: "an attic in {place}|a field near {place}|a school in {place}|a garden in {place}",
        sum: "£{12-640},000",
        expert: "{name}",
        house: "the {place} Museum",
      },
      title: "Find is worth {sum}",
      lead:
        "{find} found by {job} in {spot} is worth {sum}, experts say.|" +
        "Experts have valued {find}, which {job} came upon in {spot}, at {sum}.",
      summary:
        "{job} has found {find} worth {sum}.|" +
        "{find} worth a small fortune has turned up in {spot}.|" +
        "A chance find in {spot} turns out to be {find}[, valued at {sum}|].",
      body: [
        "{finder}, {31-78}, had first taken it for rubbish.",
        "It is thought to be {300-1900} years old.",
        "{expert} of {house} said only {small} others are known.",
        "It will be shown to the public from {month}.",
        "By law, half of its value goes to the owner of the land.",
        "A similar piece was sold in {country} in {2004-2021}.",
      ],
      quotes: [
        '"I was looking for a leak," {finder} {said}.',
        '"My hands shook when I opened the parcel," {expert} said.',
        '"It has been a strange week," {finder:last} added.',
      ],
    },
    {
      facts: {
        town: "{place}",
        fair: "[jazz|folk|film|book|food|street theatre|lantern] festival",
        visitors: "{11-240},000",
        chief: "{name}",
        cause: "rising costs|a lack of sponsors|a quarrel over noise|building works|a shortage of volunteers",
        years: "{12-61} years",
      },
      title: "{town} {fair} called off",
      lead:
        "The {fair} in {town} will not take place this year because of {cause}.|" +
        "Organisers have called off this year's {town} {fair}, blaming {cause}.",
      summary:
        "This year's {fair} in {town} has been cancelled [because of|owing to] {cause}.|" +
        "There will be no {fair} in {town} this summer.|" +
        "Plans for this year's {fair} in {town} have come to an end because of {cause}.",
      body: [
        "Last year it drew {visitors} visitors.",
        "It has been held every summer for {years}.",
        "{chief}, who runs it, hopes that it will return next year.",
        "People who have tickets will get their money back by {month}.",
        "Hotels in {county} have lost {180-990} bookings.",
        "The council offered £{10-90},000, which was not enough.",
      ],
      quotes: [
        '"It breaks our hearts, but the sums do not add up," {chief} {said}.',
        '"Summer without it is unthinkable," said {name}, who has been to every one.',
        '"We shall be back," {chief:last} promised.',
      ],
    },
  ],
  asides: [
    "{title} tops the list of best-selling books in {country}.",
    "An exhibition of paintings by {name} opens in {place} on {day}.",
    "The theatre in {place} has sold out its winter season.",
    "{name} will sing the lead in {title} in {month}.",
    "The film {title} has been seen by {2-9} million people.",
    "A statue of the poet {name} will be unveiled in {place} {soon}.",
  ],
};
