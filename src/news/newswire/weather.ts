import type { Desk } from "./grammar.js";

export const weather: Desk = {
  name: "weather",
  rules: {
    storm: "Storm [Agnes|Bertil|Cora|Dorian|Elin|Fabian|Gerda|Hugo|Ilse|Jorin]",
    damage: "trees came down|roofs were torn off|roads were flooded|power lines fell|boats broke loose",
  },
  events: [
    {
      facts: {
        blow: "{storm}",
        area: "{county}",
        homes: "{2-68},000",
        speed: "{61-112} miles an hour",
        chief: "{name}",
        harm: "{damage}",
        worst: "{place}",
      },
      title: "{blow} cuts power in {area}",
      lead:
        "{homes} homes in {area} were without electricity after {blow} brought winds of {speed}.|" +
        "{blow} has left {homes} homes in {area} without power as winds reached {speed}.",
      summary:
        "Thousands of homes in {area} have lost power [in {blow}|because of {blow}].|" +
        "{blow} has hit {area}, [cutting off power to {homes} homes|where {homes} homes are in the dark].|" +
        "Strong winds have cut the electricity of {homes} homes in {area}.",
      body: [
        "In {worst}, {harm} and a school was closed.",
        "Engineers hope to have the last homes back on by {day}.",
        "Trains between {place} and {worst} were cancelled.",
        "Nobody was seriously hurt, a spokesman for the fire service said.",
        "The storm is moving towards {country} and growing weaker.",
        "{chief} of the weather office said a yellow warning stays in place.",
      ],
      quotes: [
        '"We have crews out from dawn to dusk," said {name} of the power company.',
        '"It sounded like a train going past," said {name}, who lives in {worst}.',
        '"Please travel only if you must," {chief} {said}.',
      ],
    },
    {
      facts: {
        river: "River [Ayle|Brand|Corrin|Dove|Esker|Fal|Garran|Isk|Lowen|Tarn]",
        town: "{place}",
        people: "{80-940}",
        rain: "{31-128} millimetres",
        chief: "{name}",
        refuge: "a school|the town hall|a sports centre|a church|a cinema",
      },
      title: "Flood in {town}",
      lead:
        "The {river} burst its banks at {town} {when}, and {people} people had to leave their homes.|" +
        "About {people} people in {town} had to leave their homes when the {river} flooded {when}.",
      summary:
        "Hundreds of people have been forced out of their homes in {town} [by floods|as the {river} rose].|" +
        "Flooding in {town} has driven {people} people from their homes.|" +
        "{people} people have been moved to safety after [a flood in {town}|the {river} overflowed at {town}].",
      body: [
        "It followed {rain} of rain in a single night.",
        "Many spent the night in {refuge}, where volunteers served soup.",
        "Water stood {small} feet deep in the main street.",
        "The bridge at {place} has been closed to traffic.",
        "Levels are expected to fall by {day}, said {chief} of the river authority.",
        "Work on a flood wall worth £{2-44}m was to begin in {month}.",
      ],
      quotes: [
        '"I have lost my carpets but not my cat," said {name}, a shopkeeper.',
        '"The rain came faster than the drains could take it," {chief} {said}.',
        '"The whole town has pulled together," said the mayor, {name}.',
      ],
    },
    {
      facts: {
        land: "{country}",
        town: "{place}",
        degrees: "{33-44}",
        since: "{1911-1998}",
        chief: "{name}",
        until: "{day}",
      },
      title: "Record heat in {land}",
      lead:
        "{land} has had its hottest day since {since}, with {degrees} degrees measured in {town}.|" +
        "A temperature of {degrees} degrees was measured in {town} {when}, the highest in {land} since {since}.",
      summary:
        "The hottest day in {land} for decades has been recorded [in {town}|, at {degrees} degrees].|" +
        "Temperatures in {land} have risen to {degrees} degrees, a level not seen since {since}.|" +
        "{land} is sweltering in its strongest heat since {since}.",
      body: [
        "The heat is expected to last until {until}.",
        "Hospitals have been asked to put extra staff on duty.",
        "Farmers in {county} fear for the harvest.",
        "In {place}, {a small}-hour queue formed outside the swimming pool.",
        "{chief} of the weather office said nights would stay warm too.",
        "Watering gardens has been forbidden in {small} towns.",
      ],
      quotes: [
        '"Drink water and look in on your neighbours," {chief} {said}.',
        '"We sold out of ice by noon," said {name}, who runs a kiosk in {town}.',
        '"The rails are too hot to touch," a railway worker said.',
      ],
    },
  ],
  asides: [
    "{month} was the [wettest|driest|sunniest] in {county} since {1951-2011}.",
    "Snow is forecast for the hills of {county} {soon}.",
    "Reservoirs in {country} stand at {31-96}% of what they can hold.",
    "Fog delayed {small} flights at {place} airport.",
    "The first swallows were seen in {place} on {day}.",
    "Ski resorts in {country} will open in {month}.",
  ],
};
