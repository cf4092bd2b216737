@app @phone @sms @uses-app @user-id
Feature: The user ID
  What the help pages say that one may be. It is offered, and never taken: the last question is left open.

  Background:
    Given my app is activated on this phone
    When I open the app and enter my personal PIN code

  Scenario Outline: A user ID of <characters> characters is refused
    When I offer a user ID of <characters> characters
    Then the screen "Choose a new user ID" reads "A user ID must have 5 to 48 characters." [H.5]

    Examples:
      | characters |
      | 4          |
      | 49         |

  Scenario Outline: A user ID of <characters> characters is accepted
    When I offer a user ID of <characters> characters
    Then I see the message "Do you want to use this user ID?" [H.5]

    Examples:
      | characters |
      | 5          |
      | 48         |

  Scenario: Danish letters, digits and spaces are accepted
    When I offer a user ID with Danish letters, a digit and a space
    Then I see the message "Do you want to use this user ID?" [H.5]

  Scenario: A space at the begin is refused
    When I offer a user ID that begins with a space
    Then the screen "Choose a new user ID" reads "A user ID must not begin or end with a space." [H.5]

  Scenario: A space at the end is refused
    When I offer a user ID that ends with a space
    Then the screen "Choose a new user ID" reads "A user ID must not begin or end with a space." [H.5]

  Scenario: Ten digits are refused
    When I offer ten digits as my user ID
    Then the screen "Choose a new user ID" reads "A user ID must not be a CPR number or 10 digits." [H.5]

  Scenario: A CPR number is refused
    When I offer a user ID in the form of a CPR number
    Then the screen "Choose a new user ID" reads "A user ID must not be a CPR number or 10 digits." [H.5]

  Scenario: A letter of another alphabet is refused
    When I offer a user ID with a letter of another alphabet
    Then the screen "Choose a new user ID" reads "The user ID holds a character that is not allowed." [H.5]

  @two-phones
  Scenario: One that somebody else has is refused
    When I offer somebody else's user ID as mine
    Then the screen "Choose a new user ID" reads "Somebody else has this user ID." [H.5]

  @two-phones
  Scenario: Nor is it another one in other letter case
    When I offer somebody else's user ID in other letter case as mine
    Then the screen "Choose a new user ID" reads "Somebody else has this user ID." [H.5]
