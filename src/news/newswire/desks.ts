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

export const science: Desk = {
  name: "science",
  rules: {
    animal: "beetle|frog|snail|bat|lizard|moth|orchid|shrimp|spider|fern",
    habitat: "a cave|a peat bog|a mountain lake|a rainforest|an old quarry|a coral reef|a hay meadow",
    craft: "[Heron|Lodestar|Pilgrim|Swift|Lantern|Meridian] {1-9}",
    body: "a comet|the moon|the planet Mars|a distant asteroid|the rings of Saturn|the planet Venus",
    habit:
      "walking [to work|every day]|drinking tea|singing in a choir|sleeping for eight hours|learning a language|gardening|eating nuts",
    benefit: "lower blood pressure|better memory|fewer colds|a healthier heart|less back pain|a calmer mind",
  },
  events: [
    {
      facts: {
        species: "{animal}",
        where: "{habitat}",
        land: "{country}",
        author: "{name}",
        school: "{university}",
        size: "{2-95} millimetres",
        named: "{surname}",
      },
      title: "New {species} found in {land}",
      lead:
        "A new species of {species} has been found in {where} in {land} by scientists from {school}.|" +
        "Scientists from {school} have discovered {a species} in {where} in {land} that nobody had described before.",
      summary:
        "{a species} that is new to science has been discovered in {land}.|" +
        "Researchers working in {land} have found an unknown {species} [in {where}|, only {size} long].|" +
        "An unknown {species} lives in {where} in {land}, a team from {school} says.",
      body: [
        "It is only {size} long and active at night.",
        "The team, led by {author}, spent {small} weeks in the field.",
        "It was named after {first} {named}, who first explored the area in {1871-1968}.",
        "Its nearest relative lives {300-4200} miles away in {country}.",
        "Fewer than {60-900} are thought to remain.",
        "The find is described in the journal of the {place} Natural History Society.",
      ],
      quotes: [
        '"I could not believe what I saw in the torchlight," {author} {said}.',
        '"There is a great deal out there that we do not know," {author:last} said.',
        '"It must be protected now," said {name}, who was not part of the team.',
      ],
    },
    {
      facts: {
        probe: "{craft}",
        goal: "{body}",
        land: "{country}",
        chief: "{name}",
        years: "{small} years",
        sum: "£{90-880}m",
      },
      title: "{probe} reaches {goal}",
      lead:
        "The spacecraft {probe}, launched by {land}, has reached {goal} after a journey of {years}.|" +
        "After travelling for {years}, the {land} spacecraft {probe} arrived at {goal} {when}.",
      summary:
        "A spacecraft from {land} has arrived at {goal} [after {years}|at last].|" +
        "{land}'s probe {probe} has got to {goal}.|" +
        "The {sum} mission of {probe} to {goal} has reached its target.",
      body: [
        "The mission cost {sum} and was delayed twice.",
        "First pictures were received at the control centre in {place} at {1-11}.{10-59}.",
        "The craft carries {small} instruments and weighs {300-2900} kilograms.",
        "It will stay for {small} months before its fuel runs out.",
        "Engineers led by {chief} had lost contact with it in {month}.",
        "{country} plans a mission of its own in {2027-2036}.",
      ],
      quotes: [
        '"There were tears and there was cake," {chief} {said}.',
        '"Now the science begins," {chief:last} added.',
        '"It is a proud day for {land}," the science minister said.',
      ],
    },
    {
      facts: {
        cause: "{habit}",
        effect: "{benefit}",
        number: "{1-9},{100-999}",
        school: "{university}",
        author: "{name}",
        years: "{small} years",
        percent: "{8-41}%",
      },
      title: "{cause} linked to {effect}",
      lead:
        "People who report {cause} have {effect}, according to a study of {number} adults by {school}.|" +
        "A study of {number} adults has linked {cause} to {effect}, researchers at {school} said {when}.",
      summary:
        "{cause} may lead to {effect}, [scientists say|a study suggests|researchers believe].|" +
        "There is a link between {cause} and {effect}, a study [of {number} people |]suggests.|" +
        "Scientists at {school} say that {cause} could mean {effect}.",
      body: [
        "Those taking part were followed for {years}.",
        "The effect was {percent} larger in people over {45-70}.",
        "Lead author {author} warned that the study does not show what causes what.",
        "Earlier work in {country} had found no such link.",
        "The work was paid for by the {surname} Foundation.",
        "A larger trial will begin in {month}.",
      ],
      quotes: [
        '"It is never too late to start," {author} {said}.',
        '"The link is clear, the reason is not," {author:last} said.',
        '"I would like to see it repeated," said {name} of {university}.',
      ],
    },
  ],
  asides: [
    "{university} has opened a new laboratory worth £{5-80}m.",
    "The annual science fair in {place} begins on {day}.",
    "{name} has won this year's {surname} prize for chemistry.",
    "Funding for research in {country} fell by {2-19}% last year.",
    "A partial eclipse of the sun will be seen over {country} in {month}.",
    "Museums in {county} will stay open late {soon}.",
  ],
};

export const sport: Desk = {
  name: "sport",
  rules: {
    club: "{place} [United|Rovers|Athletic|City|Wanderers|Rangers|Albion|Town]",
    injury: "a knee injury|a broken toe|a torn muscle|a shoulder injury|an ankle problem|illness",
    race: "marathon|cycle race|triathlon|cross-country race|sailing race",
  },
  events: [
    {
      facts: {
        home: "{club}",
        away: "{club}",
        score: "{2-5}-{0-1}",
        scorer: "{name}",
        coach: "{name}",
        minute: "{51-89}th",
        rank: "second|third|fourth|fifth|sixth",
        crowd: "{4-58},{100-999}",
      },
      title: "{home} {score} {away}",
      lead:
        "{scorer} scored twice as {home} beat {away} {score} to move up to {rank} place in the league.|" +
        "{home} climbed to {rank} in the table with a {score} win over {away} in which {scorer} scored two goals.",
      summary:
        "Two goals from {scorer} helped {home} [beat|defeat|see off] {away}.|" +
        "{home} are {rank} in the league after [beating|a win against] {away} [{score}|, with two goals by {scorer}].|" +
        "{scorer} was the hero as {home} won against {away}.",
      body: [
        "The first goal came after {small} minutes, from a corner by {name}.",
        "{scorer:last} struck again in the {minute} minute with a low shot from the edge of the area.",
        "{away} had their chances, but {name} in goal made {small} saves.",
        "A crowd of {crowd} saw the match.",
        "{home} coach {coach} left out {name}, who has {injury}.",
        "It was the first home win since {month}.",
      ],
      quotes: [
        '"The boys were magnificent tonight," {coach} {said}.',
        '"I just try to be in the right place," {scorer} said.',
        '"We were punished for our mistakes," the coach of {away} said.',
      ],
    },
    {
      facts: {
        player: "{name}",
        side: "{club}",
        harm: "{injury}",
        weeks: "{small} weeks",
        coach: "{name}",
        event: "cup final|start of the season|match against {club}|national trials",
      },
      title: "{player:last} out for {weeks}",
      lead:
        "{side} captain {player} will miss the {event} with {harm}.|" +
        "{player}, the captain of {side}, has been ruled out of the {event} because of {harm}.",
      summary:
        "{side} will be without {player} for the {event} [owing to|because of] {harm}.|" +
        "{player} has lost the race to be fit for the {event}.|" +
        "{harm} will keep {player} of {side} out [for {weeks}|of the {event}].",
      body: [
        "The {19-34}-year-old was hurt in training on {day}.",
        "Doctors expect the player to be away for {weeks}.",
        "{name} is likely to take the captain's place.",
        "{player:last} has played {31-240} times for the club and scored {5-88} goals.",
        "Coach {coach} had hoped to name an unchanged side.",
        "{side} have lost only {small} matches this season.",
      ],
      quotes: [
        '"It is a blow for us all, but above all for {player:last}," {coach} {said}.',
        '"I will be cheering the others on," {player} said.',
        '"These things happen in sport," {coach:last} added.',
      ],
    },
    {
      facts: {
        winner: "{name}",
        land: "{country}",
        kind: "{race}",
        town: "{place}",
        second: "{name}",
        margin: "{2-58} seconds",
        record: "course|national|season's",
      },
      title: "{winner:last} wins in {town}",
      lead:
        "{winner} of {land} won the {town} {kind} by {margin}, breaking the {record} record.|" +
        "The {town} {kind} was won {when} by {winner} of {land}, who broke the {record} record and beat {second} by {margin}.",
      summary:
        "{winner} has set a new {record} best in winning the {kind} in {town}.|" +
        "{land}'s {winner} [took|has taken] first place in the {town} {kind} [by {margin}|ahead of {second}].|" +
        "A record fell at the {town} {kind}, where {winner} came in first.",
      body: [
        "{second} came second, and {name} of {country} was third.",
        "More than {2-39},000 people lined the route in bright sunshine.",
        "{winner:last} took the lead with {small} miles to go.",
        "The old record had stood since {1988-2019}.",
        "Organisers said {1-9},{100-999} had taken part.",
        "The prize is worth £{5-95},000.",
      ],
      quotes: [
        '"I felt strong from the start," {winner} {said}.',
        '"Today there was nothing I could do," {second} said.',
        '"The crowd carried me home," {winner:last} said with a smile.',
      ],
    },
  ],
  asides: [
    "{club} have signed {name} from {club} for £{1-39}m.",
    "The draw for the next round of the cup takes place on {day}.",
    "{club} play {club} on {day}.",
    "Tickets for the final in {place} are sold out.",
    "The national side of {country} will name its squad {soon}.",
    "{name} has retired at the age of {31-42}.",
  ],
};

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
